package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A task file between two databases, and the command line run on it as a process of its own. */
final class TaskUnderTest {

    static final Duration LIMIT = Duration.ofMinutes(3);

    private static final String SOURCE_PASSWORD = "SYNCLINE_TEST_SOURCE_PASSWORD";
    private static final String DESTINATION_PASSWORD = "SYNCLINE_TEST_DESTINATION_PASSWORD";

    private final TestDatabase source;
    private final TestDatabase destination;
    private final Path file;

    private String name = "task-under-test";
    private String stages = "[schema, full, incremental]";
    private String schema = "public";
    private String more = "";
    /** The log is let go as soon as it may be, so that a position that was confirmed too early shows. */
    private String holdBack = "{time: 0s}";

    private Duration limit = LIMIT;
    private int sourcePort;
    private int destinationPort;
    private String sourceName;
    private String sourceUser;
    private String sourcePassword;
    private String destinationName;
    private String destinationUser;
    private String destinationPassword;
    private UnaryOperator<String> edit = UnaryOperator.identity();

    TaskUnderTest(Path folder, TestDatabase source, TestDatabase destination) {
        this.source = source;
        this.destination = destination;
        this.file = folder.resolve("task.yaml");
        this.sourcePort = source.server().port();
        this.destinationPort = destination.server().port();
        this.sourceName = source.name();
        this.sourceUser = source.user();
        this.sourcePassword = source.password();
        this.destinationName = destination.name();
        this.destinationUser = destination.user();
        this.destinationPassword = destination.password();
    }

    TaskUnderTest name(String text) {
        name = text;
        return this;
    }

    TaskUnderTest stages(String text) {
        stages = text;
        return this;
    }

    /** Carries all tables of one schema, {@code public} if not told otherwise. */
    TaskUnderTest schema(String name) {
        schema = name;
        return this;
    }

    /** Further lines of the task file. */
    TaskUnderTest with(String lines) {
        more = lines;
        return this;
    }

    TaskUnderTest holdBack(String text) {
        holdBack = text;
        return this;
    }

    /** How long a command may take, {@link #LIMIT} if not told otherwise. */
    TaskUnderTest limit(Duration longest) {
        limit = longest;
        return this;
    }

    /** Connects to the source through a proxy. */
    TaskUnderTest sourcePort(int port) {
        sourcePort = port;
        return this;
    }

    /** A database of another server than the one that the source is of. */
    TaskUnderTest sourceName(String database) {
        sourceName = database;
        return this;
    }

    /** Connects to the destination through a proxy. */
    TaskUnderTest destinationPort(int port) {
        destinationPort = port;
        return this;
    }

    /** A database of another server than the one that {@link #destination()} is of. */
    TaskUnderTest destinationName(String database) {
        destinationName = database;
        return this;
    }

    TaskUnderTest sourceAccount(String user, String password) {
        sourceUser = user;
        sourcePassword = password;
        return this;
    }

    TaskUnderTest destinationAccount(String user, String password) {
        destinationUser = user;
        destinationPassword = password;
        return this;
    }

    /** Spoils the file's text. */
    TaskUnderTest edited(UnaryOperator<String> change) {
        edit = change;
        return this;
    }

    Path file() {
        String text = """
                name: %s
                source: {type: postgresql, host: 127.0.0.1, port: %d, database: "%s", user: %s, password: "env:%s"}
                destination: {type: postgresql, host: 127.0.0.1, port: %d, database: "%s", user: %s, password: "env:%s"}
                stages: %s
                objects: ["%s.*"]
                holdBack: %s
                %s
                """.formatted(
                        name,
                        sourcePort,
                        sourceName,
                        sourceUser,
                        SOURCE_PASSWORD,
                        destinationPort,
                        destinationName,
                        destinationUser,
                        DESTINATION_PASSWORD,
                        stages,
                        schema,
                        holdBack,
                        more);
        try {
            return Files.writeString(file, edit.apply(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code syncline WORD FILE OPTIONS}, not started yet. */
    CrashHarness command(String word, String... options) {
        return commandOn(file(), word, options);
    }

    private CrashHarness commandOn(Path on, String word, String... options) {
        List<String> arguments = new ArrayList<>(List.of(word, on.toString()));
        arguments.addAll(List.of(options));
        return CrashHarness.syncline(arguments.toArray(String[]::new))
                .environment(SOURCE_PASSWORD, sourcePassword)
                .environment(DESTINATION_PASSWORD, destinationPassword);
    }

    /** Runs a command to its end and gives back its exit code; its output is in the failure when it does not end. */
    Outcome finish(String word, String... options) {
        return finish(command(word, options));
    }

    /** The same with another file than the task's own. */
    Outcome finishOn(Path on, String word, String... options) {
        return finish(commandOn(on, word, options));
    }

    private Outcome finish(CrashHarness command) {
        try (RunningProcess process = command.start()) {
            int code = process.awaitExit(limit);
            return new Outcome(code, process.stdout(), process.stderr());
        }
    }

    record Outcome(int code, List<String> stdout, List<String> stderr) {

        /** Everything that was said, for assertions. */
        String text() {
            return String.join("\n", stdout) + "\n" + String.join("\n", stderr);
        }

        Outcome requireCode(int expected) {
            assertThat(code).as(text()).isEqualTo(expected);
            return this;
        }

        /** The ids of the precheck's failed items. */
        List<String> failedItems() {
            return stdout.stream()
                    .filter(line -> line.contains("FAILED  "))
                    .map(line -> line.replaceFirst(".*FAILED {2}([a-z-]+) .*", "$1"))
                    .toList();
        }

        /** What the precheck says to do about a failed item, without the indentation: statements for an administrator. */
        String remedy(String item) {
            int failed = lineOf("FAILED  " + item + " (", 0);
            int begin = lineOf("do:  ", failed);
            StringBuilder remedy = new StringBuilder(stdout.get(begin).replaceFirst(".* do: {2}", ""));
            stdout.stream()
                    .skip(begin + 1L)
                    .takeWhile(line -> line.startsWith("               "))
                    .forEach(line -> remedy.append('\n').append(line.strip()));
            return remedy.toString();
        }

        /** What the failure that ended the command says to do. */
        String remedy() {
            String told = String.join("\n", stderr);
            String introduction = "What to do: ";
            assertThat(told).contains(introduction);
            return told.substring(told.indexOf(introduction) + introduction.length());
        }

        private int lineOf(String text, int from) {
            for (int line = from; line < stdout.size(); line++) {
                if (stdout.get(line).contains(text)) {
                    return line;
                }
            }
            throw new AssertionError("nothing says \"" + text + "\" in:\n" + text());
        }

        /** Something was said plainly: no trace, no class of ours or of the driver's. */
        Outcome requireNoTrace() {
            assertThat(text())
                    .doesNotContain("\tat ")
                    .doesNotContain("Exception")
                    .doesNotContain("INTERNAL");
            return this;
        }
    }

    /** Brings the destination to the source's present end, then proves by our compare and by SQL alone that nothing differs. */
    void requireSameAfterCatchingUp() throws SQLException {
        finish("run", "--until", "caught-up").requireCode(0);
        requireSame();
    }

    /** Our compare finds nothing, and SQL alone agrees. */
    void requireSame() throws SQLException {
        Outcome compared = finish("compare").requireCode(0);
        assertThat(compared.text()).doesNotContain("Exception");
        try (Connection left = source.connect();
                Connection right = destination.connect()) {
            assertThat(SqlDigest.differences(left, right, schema)).isEmpty();
        }
    }

    TestDatabase source() {
        return source;
    }

    TestDatabase destination() {
        return destination;
    }
}
