package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users get wrong, and what looks wrong but is not: a clear message with the right exit code, or it simply works; never a stack trace. */
class BadInputTest {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')";

    @Test
    void noServer(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            requireTold(
                    new TaskUnderTest(folder, source, destination).sourcePort(1).finish("run"), 3, "127.0.0.1:1");
        }
    }

    @Test
    void wrongPassword(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            try (Sql sql = source.sql()) {
                sql.execute(TABLE);
            }
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .destinationAccount(destination.user(), "not-the-password-8472");
            TaskUnderTest.Outcome outcome = task.finish("run");
            requireTold(outcome, 3, "FAILED  destination-connection");
            assertThat(outcome.text()).contains("password").doesNotContain("not-the-password-8472");
        }
    }

    @Test
    void walLevelReplica(@TempDir Path folder) throws Exception {
        try (PostgresServer server = PostgresServer.builder("17")
                        .setting("wal_level", "replica")
                        .start();
                TestDatabase source = TestDatabase.create(server);
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql()) {
            sql.execute(TABLE);
            requireTold(new TaskUnderTest(folder, source, destination).finish("run"), 3, "wal_level");
        }
    }

    @Test
    void unknownKeyInTheFile(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            requireTold(
                    new TaskUnderTest(folder, source, destination)
                            .with("sorce: x")
                            .finish("run"),
                    2,
                    "task.yaml:7:1");
        }
    }

    @Test
    void aTabInTheFile(@TempDir Path folder) {
        requireFileRefused(folder, file -> file.replace("stages:", "\tstages:"), "task.yaml:4:1", "YAML");
    }

    @Test
    void aKeyThatIsGivenTwice(@TempDir Path folder) {
        requireFileRefused(
                folder, file -> file + "stages: [schema]\n", "task.yaml:8:1", "the key was given before, in line 4");
    }

    @Test
    void aPasswordThatIsNotInTheEnvironment(@TempDir Path folder) {
        requireFileRefused(
                folder,
                file -> file.replaceFirst("env:[A-Z_]*", "env:NO_SUCH_VARIABLE"),
                "task.yaml:2:",
                "the environment variable NO_SUCH_VARIABLE is not set");
    }

    @Test
    void anEmptyPassword(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            requireTold(
                    new TaskUnderTest(folder, source, destination)
                            .sourceAccount(source.user(), "")
                            .finish("run"),
                    2,
                    "is empty");
        }
    }

    @Test
    void aPatternThatMatchesNothingAndANameThatIsNotThere(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql()) {
            sql.execute(TABLE);
            requireTold(
                    new TaskUnderTest(folder, source, destination)
                            .schema("Public")
                            .finish("run"),
                    3,
                    "no table of the source matches any of the patterns");
            requireTold(
                    new TaskUnderTest(folder, source, destination)
                            .edited(file -> file.replace("public.*", "public.T"))
                            .finish("run"),
                    3,
                    "the source has no table public.T");
        }
    }

    @Test
    void tableThatExists(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute(TABLE);
            there.execute(TABLE);
            requireTold(new TaskUnderTest(folder, source, destination).finish("run"), 3, "public.t");
        }
    }

    @Test
    void oddNamesAndManyColumnsSimplyWork(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql()) {
            String columns =
                    IntStream.range(0, 1_599).mapToObj(n -> "c" + n + " int").collect(Collectors.joining(", "));
            sql.execute("""
                    CREATE TABLE "A b.c""d" ("Id" int PRIMARY KEY, "select" text);
                    INSERT INTO "A b.c""d" VALUES (1, E'tab\\there'), (2, E'\\\\N'), (3, NULL);
                    """);
            sql.execute(
                    "CREATE TABLE wide (id int PRIMARY KEY, " + columns + "); INSERT INTO wide (id, c7) VALUES (1, 7)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.requireSameAfterCatchingUp();
            sql.execute("""
                    UPDATE "A b.c""d" SET "Id" = 4 WHERE "Id" = 1;
                    UPDATE wide SET c1598 = 1;
                    """);
            task.requireSameAfterCatchingUp();
        }
    }

    @Tag("slow")
    @Test
    void aLargeValueSimplyWorks(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql()) {
            sql.execute("""
                    CREATE TABLE large (id int PRIMARY KEY, v text);
                    INSERT INTO large VALUES (1, repeat('0123456789', 10 * 1024 * 1024));
                    """);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.requireSameAfterCatchingUp();
            sql.execute("""
                    INSERT INTO large VALUES (2, repeat('abcdefghij', 10 * 1024 * 1024));
                    UPDATE large SET id = 3 WHERE id = 1;
                    """);
            task.requireSameAfterCatchingUp();
        }
    }

    /** The file alone is the matter: no server is asked. */
    private static void requireFileRefused(Path folder, UnaryOperator<String> change, String where, String what) {
        TestDatabase nowhere = new TestDatabase(SharedPostgres.source("17"), "nowhere");
        TaskUnderTest.Outcome outcome =
                new TaskUnderTest(folder, nowhere, nowhere).edited(change).finish("run");
        requireTold(outcome, 2, what);
        assertThat(outcome.text()).contains(where);
    }

    private static void requireTold(TaskUnderTest.Outcome outcome, int code, String what) {
        outcome.requireCode(code);
        assertThat(outcome.text()).contains(what);
        outcome.requireNoTrace();
    }
}
