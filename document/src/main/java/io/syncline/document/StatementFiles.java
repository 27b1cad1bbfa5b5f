package io.syncline.document;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.task.EditedStatements;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The schema stage's statements as a folder of SQL files, which people read, change, and give back. A line {@code -- object: LABEL} ({@link ObjectRef#label}) begins the
 * statements of an object, which end with the next such line.
 */
public final class StatementFiles {

    private static final String ENDING = ".sql";
    private static final String OBJECT = "-- object: ";
    private static final int MAX_BYTES = 64 << 20;

    private StatementFiles() {}

    /** @param sql what makes the object; empty when it is left out */
    public record Made(Phase phase, ObjectRef ref, String sql) {}

    /**
     * Writes a file for each phase. Files that are there stay as they are, since somebody may have changed them.
     *
     * @param folder made when it is missing
     * @param task the name, for the reader
     * @param made in the order in which it is made
     * @return the files that were written
     * @throws SyncException USAGE when one of the files is there, or the folder cannot be written to
     */
    public static List<Path> write(Path folder, String task, List<Made> made) {
        List<Path> files = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            List<Made> own = made.stream()
                    .filter(object -> object.phase() == phase && isText(object.ref()))
                    .toList();
            if (!own.isEmpty()) {
                Path file = folder.resolve(name(phase));
                write(file, text(task, phase, own));
                files.add(file);
            }
        }
        return files;
    }

    /** What belongs into a file: no passwords, and no values that are others when they are needed. */
    private static boolean isText(ObjectRef ref) {
        return ref.kind() != ObjectRef.Kind.ROLE && ref.kind() != ObjectRef.Kind.SEQUENCE_VALUE;
    }

    private static String name(Phase phase) {
        return switch (phase) {
                    case BEFORE_LOAD -> "1-before-load";
                    case KEYS -> "2-keys";
                    case INDEXES -> "3-indexes";
                    case FOREIGN_KEYS -> "4-foreign-keys";
                    case DEPENDENTS -> "5-dependents";
                    case FINISH -> "6-finish";
                }
                + ENDING;
    }

    private static String text(String task, Phase phase, List<Made> made) {
        StringBuilder text = new StringBuilder("-- The task ")
                .append(task)
                .append(": ")
                .append(
                        switch (phase) {
                            case BEFORE_LOAD -> "what is made before rows are copied";
                            case KEYS -> "what is made when a table's rows are copied";
                            case INDEXES -> "what is made when the changes of that time are applied, several at once";
                            case FOREIGN_KEYS -> "what is made after the indexes";
                            case DEPENDENTS -> "what rows do without";
                            case FINISH -> "what is made last";
                        });
        text.append(
                ", in this order.\n-- Statements may be changed; an object of which nothing is left is not made. Lines with `object:` stay as they are.\n");
        for (Made object : made) {
            text.append('\n').append(OBJECT).append(object.ref().label()).append('\n');
            String sql = object.sql().strip();
            text.append(sql.isEmpty() ? "-- left out" : sql).append(sql.isEmpty() || sql.endsWith(";") ? "\n" : ";\n");
        }
        return text.toString();
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "the file " + e.getFile() + " is there already, and may hold changes",
                    "Name another folder, or remove the file.",
                    e);
        } catch (IOException e) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "the file " + file + " cannot be written (" + e.getClass().getSimpleName() + ")",
                    "Check the path and the folder's permissions.",
                    e);
        }
    }

    /** Why a folder is none of ours; for the user, as the rest of a sentence about it. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Unreadable(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    /** Reads all files of a folder whose names end with {@code .sql}, in the order of their names. */
    static EditedStatements read(Path folder) throws Unreadable {
        Map<String, String> statements = new HashMap<>();
        for (Path file : files(folder)) {
            read(file, statements);
        }
        return new EditedStatements(statements);
    }

    private static List<Path> files(Path folder) throws Unreadable {
        if (!Files.isDirectory(folder)) {
            throw new Unreadable("is no folder");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new Unreadable("holds no file whose name ends with " + ENDING);
            }
            return files;
        } catch (IOException e) {
            throw new Unreadable("cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static void read(Path file, Map<String, String> statements) throws Unreadable {
        @Nullable String object = null;
        StringBuilder text = new StringBuilder();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (line.startsWith(OBJECT)) {
                put(object, text, statements);
                object = line.substring(OBJECT.length()).strip();
                text.setLength(0);
                if (statements.containsKey(object)) {
                    throw new Unreadable("names " + object + " twice, the second time in line " + number + " of "
                            + file.getFileName());
                }
            } else if (object == null && !isComment(line)) {
                throw new Unreadable(
                        "has a statement before the first object, in line " + number + " of " + file.getFileName());
            }
            text.append(line).append('\n');
        }
        put(object, text, statements);
    }

    private static void put(@Nullable String object, StringBuilder text, Map<String, String> statements) {
        if (object != null) {
            boolean empty = text.toString().lines().allMatch(StatementFiles::isComment);
            String sql = text.substring(text.indexOf("\n") + 1).strip();
            statements.put(object, empty ? "" : sql);
        }
    }

    private static boolean isComment(String line) {
        return line.isBlank() || line.strip().startsWith("--");
    }

    private static List<String> lines(Path file) throws Unreadable {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Unreadable("has a file of more than 64 MB, " + file.getFileName());
            }
            return Files.readString(file).lines().toList();
        } catch (CharacterCodingException e) {
            throw new Unreadable("has a file that is not UTF-8 text, " + file.getFileName());
        } catch (IOException e) {
            throw new Unreadable("has a file that cannot be read, " + file.getFileName() + " ("
                    + e.getClass().getSimpleName() + ")");
        }
    }
}
