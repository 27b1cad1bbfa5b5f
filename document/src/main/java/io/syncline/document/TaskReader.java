package io.syncline.document;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Accounts;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.Capitalization;
import io.syncline.api.task.Carried;
import io.syncline.api.task.Carry;
import io.syncline.api.task.DatabaseRule;
import io.syncline.api.task.DdlKind;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.Policies;
import io.syncline.api.task.SourceLog;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads task files. Immutable; a file is checked completely before anything of it is believed. */
public final class TaskReader {

    private static final long MAX_BYTES = 64 << 20;

    private final TaskSchema schema;
    private final SchemaCheck check;
    private final Secrets secrets;

    /** @param environment where {@code env:NAME} is looked up */
    public TaskReader(TaskSchema schema, Map<String, String> environment) {
        this.schema = schema;
        this.check = new SchemaCheck(schema);
        this.secrets = new Secrets(environment);
    }

    /**
     * Reads a file: JSON when its name ends with {@code .json}, else YAML.
     *
     * @throws SyncException TASK_FILE_INVALID with every problem, one a line, as {@code file:line:column: path: what is wrong and what is allowed}
     */
    public TaskDocument read(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        String text = text(file);
        return read(file, text, folder == null ? file.toAbsolutePath() : folder);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private TaskDocument read(Path file, String text, Path folder) {
        Problems problems = new Problems(file.toString());
        boolean json = fileName(file).toLowerCase(Locale.ROOT).endsWith(".json");
        ParsedDocument document = new DocumentParser(text, json, problems).parse();
        if (document == null) {
            problems.throwIfAny();
            throw new IllegalStateException("an unreadable file has a problem");
        }
        check.check(document, problems);
        Review review = new Review(document, problems);
        Task task = task(file, folder, review);
        List<DatabaseRule> databases = new DatabasesReader(review).read(review.root());
        problems.throwIfAny();
        return new TaskDocument(task, databases, digest(text));
    }

    private Task task(Path file, Path folder, Review review) {
        Cursor root = review.root();
        Set<Stage> stages = stages(root.key("stages"));
        Policies policies = PoliciesReader.read(root);
        requireTablesThatExist(stages, policies, root, review);
        requireWholeTables(policies, root, review);
        EndpointReader endpoints = new EndpointReader(schema, secrets, folder, review);
        ObjectsReader.Objects objects = new ObjectsReader(review).read(root.key("objects"));
        TuningReader tuning = new TuningReader(schema, review);
        HoldBack holdBack = tuning.holdBack(root.key("holdBack"));
        SourceLog sourceLog = tuning.sourceLog(root.key("sourceLog"), holdBack);
        requireRowsOfOurOwn(sourceLog, stages, policies, root, review);
        EditedStatements edited = edited(root.key("schemaFiles"), stages, folder, review);
        return new Task(
                root.key("name").text().orElseGet(() -> nameOf(fileName(file))),
                root.key("id").text().orElse(null),
                root.key("description").text().orElse(""),
                root.key("environment").text().orElse(""),
                endpoints.read(root.key("source")),
                endpoints.read(root.key("destination")),
                stages,
                startAt(root.key("startAt"), review),
                startFrom(root.key("startFrom"), stages, review),
                objects.rules(),
                objects.except(),
                capitalization(root.key("capitalization")),
                policies,
                ledgerSchema(root.key("ledgerSchema"), review),
                root.key("searchPath").text().orElse(""),
                tuning.tuning(root.key("tuning")),
                tuning.retry(root.key("retry")),
                new ThrottleReader().throttle(root.key("throttle"), review),
                holdBack,
                sourceLog,
                carry(root.key("carry")),
                edited,
                ddl(root.key("ddl")));
    }

    /** One folder is about the objects of one database. */
    private static EditedStatements edited(Cursor value, Set<Stage> stages, Path folder, Review review) {
        Optional<String> name = value.text();
        if (name.isEmpty()) {
            return EditedStatements.NONE;
        }
        if (!stages.contains(Stage.SCHEMA)) {
            review.wrong(value, "is for tasks with the stage schema, which runs the statements");
        }
        if (review.root().key("databases").exists()) {
            review.wrong(value, "is for tasks of one database; make a task file for each database that has files");
        }
        try {
            return StatementFiles.read(folder.resolve(name.get()));
        } catch (InvalidPathException e) {
            review.wrong(value, "must be the path of a folder; found " + Quoted.of(name.get()));
        } catch (StatementFiles.Unreadable e) {
            review.wrong(value, "names a folder that " + e.why());
        }
        return EditedStatements.NONE;
    }

    /** A time of day without its zone would be another one on each machine. */
    private static @Nullable Instant startAt(Cursor value, Review review) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return null;
        }
        Optional<Instant> time = time(text.get());
        if (time.isEmpty()) {
            review.wrong(
                    value,
                    "must be a date and time with its offset from UTC, such as 2027-01-31T22:00:00+01:00; found "
                            + Quoted.of(text.get()));
        }
        return time.orElse(null);
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(DateTimeFormatter.ISO_ZONED_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Where rows are copied, the copy says from where changes are applied. */
    private static StartFrom startFrom(Cursor value, Set<Stage> stages, Review review) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return new StartFrom.Now();
        }
        StartFrom start = startFrom(text.get());
        if (start == null && text.get().contains("T")) {
            // Of other texts the schema has told.
            review.wrong(value, "must be a date and time that exist; found " + Quoted.of(text.get()));
        }
        if (stages.contains(Stage.FULL) || !stages.contains(Stage.INCREMENTAL)) {
            review.wrong(
                    value,
                    "is for tasks that apply changes to rows they have not copied; with it, stages are [incremental] or [schema, incremental]");
        } else if (start instanceof StartFrom.Compared && stages.contains(Stage.SCHEMA)) {
            review.wrong(value, "compare is for tables that hold a copy; with it, stages are [incremental]");
        }
        return start == null ? new StartFrom.Now() : start;
    }

    /** Null when the text is a date or a time that does not exist. */
    private static @Nullable StartFrom startFrom(String text) {
        return switch (text) {
            case "now" -> new StartFrom.Now();
            case "slot" -> new StartFrom.Kept();
            case "compare" -> new StartFrom.Compared();
            default ->
                text.contains("/")
                        ? new StartFrom.At(text)
                        : time(text).map(StartFrom.Since::new).orElse(null);
        };
    }

    static Set<Stage> stages(Cursor value) {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        for (Cursor entry : value.entries()) {
            String word = entry.text().orElse("");
            for (Stage stage : Stage.values()) {
                if (stage.name().toLowerCase(Locale.ROOT).equals(word)) {
                    stages.add(stage);
                }
            }
        }
        return stages.isEmpty() ? EnumSet.allOf(Stage.class) : stages;
    }

    /** The schema stage makes its tables itself: there is nothing in them to keep or to clear. */
    private static void requireTablesThatExist(Set<Stage> stages, Policies policies, Cursor root, Review review) {
        if (policies.existingTables() != ExistingTables.PRECHECK
                && (stages.contains(Stage.SCHEMA) || !stages.contains(Stage.FULL))) {
            review.wrong(
                    root.key("existingTables"),
                    "is for tables that are there and are loaded; with it, stages are [full] or [full, incremental]");
        }
    }

    /** Where some rows of the source are left out of the load, a row that is missing need not be in quarantine. */
    private static void requireWholeTables(Policies policies, Cursor root, Review review) {
        if (policies.badValues() != BadValues.STOP && policies.existingTables() == ExistingTables.IGNORE) {
            review.wrong(
                    root.key("onBadValue"),
                    "is for tables that are loaded whole; with existingTables: ignore it is stop");
        }
    }

    /** What {@code heal} would refuse when it is needed. */
    private static void requireRowsOfOurOwn(
            SourceLog sourceLog, Set<Stage> stages, Policies policies, Cursor root, Review review) {
        if (sourceLog.heals()
                && (!stages.containsAll(Set.of(Stage.FULL, Stage.INCREMENTAL))
                        || policies.existingTables() == ExistingTables.IGNORE)) {
            review.wrong(
                    root.key("sourceLog").key("whenLost"),
                    "heal makes all rows the source's again; that is for tasks with the stages full and incremental, without existingTables: ignore");
        }
    }

    private static Capitalization capitalization(Cursor value) {
        Capitalization chosen = PoliciesReader.word(value, Capitalization.class);
        return chosen == null ? Capitalization.SOURCE : chosen;
    }

    private static Carry carry(Cursor section) {
        Set<Carried> kinds = EnumSet.allOf(Carried.class);
        kinds.removeIf(kind -> section.key(kind.key()).isFalse());
        List<String> roles = section.key("accounts").entries().stream()
                .flatMap(entry -> entry.text().stream())
                .toList();
        return new Carry(kinds, new Accounts(roles));
    }

    /** One word for all kinds, or a word for each; what is left out is applied. */
    private static DdlPolicy ddl(Cursor value) {
        String all = value.text().orElse("");
        Set<DdlKind> applied = EnumSet.noneOf(DdlKind.class);
        Set<DdlKind> ignored = EnumSet.noneOf(DdlKind.class);
        for (DdlKind kind : DdlKind.values()) {
            String otherwise = DdlPolicy.DEFAULT.applies(kind) ? all : "stop";
            String word = value.key(kind.word()).text().orElse(otherwise);
            if (word.equals("ignore")) {
                ignored.add(kind);
            } else if (!word.equals("stop")) {
                applied.add(kind);
            }
        }
        return new DdlPolicy(applied, ignored);
    }

    private static String ledgerSchema(Cursor value, Review review) {
        String name = value.text().orElse("syncline");
        if (name.getBytes(StandardCharsets.UTF_8).length > Names.MAX_BYTES) {
            review.wrong(value, "holds a name of more than " + Names.MAX_BYTES + " bytes, which PostgreSQL would cut");
        }
        if (name.startsWith("pg_") || name.equals("information_schema")) {
            review.wrong(value, "is a schema of the server's own; choose another name");
        }
        return name;
    }

    /** A valid name that is the same each time: the file's, without its ending and with hyphens for what a name cannot hold. */
    private static String nameOf(String fileName) {
        int dot = fileName.indexOf('.', 1);
        String stem = dot < 0 ? fileName : fileName.substring(0, dot);
        String name = stem.replaceAll("[^A-Za-z0-9_-]+", "-");
        boolean startsWithLetter = name.matches("[A-Za-z].*");
        String valid = startsWithLetter && name.length() >= 4 ? name : "task-" + name;
        return valid.substring(0, Math.min(50, valid.length()));
    }

    private static String fileName(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : name.toString();
    }

    private static String text(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw unreadable(file, "is a folder");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw unreadable(file, "is larger than 64 MB, which no task file is");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw unreadable(file, "does not exist");
        } catch (CharacterCodingException e) {
            throw unreadable(file, "is not UTF-8 text");
        } catch (IOException e) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID,
                    "The task file " + file + " cannot be read (" + e.getClass().getSimpleName() + ").",
                    "Check the path and the file's permissions.",
                    e);
        }
    }

    private static SyncException unreadable(Path file, String why) {
        return new SyncException(
                ErrorCode.TASK_FILE_INVALID,
                "The task file " + file + " " + why + ".",
                "Give the path of a YAML or JSON file that describes the task.");
    }
}
