package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
            assertThat(outcome.code()).as(outcome.text()).isIn(3, 4);
            assertThat(outcome.text()).contains("password").doesNotContain("not-the-password-8472");
            requireNoTrace(outcome);
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
                    "task.yaml:6:1");
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
    void oddNamesManyColumnsAndALargeValueSimplyWork(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql()) {
            String columns =
                    IntStream.range(0, 1_599).mapToObj(n -> "c" + n + " int").collect(Collectors.joining(", "));
            sql.execute("""
                    CREATE TABLE "A b.c""d" ("Id" int PRIMARY KEY, "select" text);
                    INSERT INTO "A b.c""d" VALUES (1, E'tab\\there'), (2, E'\\\\N'), (3, NULL);
                    CREATE TABLE large (id int PRIMARY KEY, v text);
                    INSERT INTO large VALUES (1, repeat('0123456789', 10 * 1024 * 1024));
                    """);
            sql.execute(
                    "CREATE TABLE wide (id int PRIMARY KEY, " + columns + "); INSERT INTO wide (id, c7) VALUES (1, 7)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.requireSameAfterCatchingUp();
            sql.execute("""
                    UPDATE "A b.c""d" SET "Id" = 4 WHERE "Id" = 1;
                    UPDATE wide SET c1598 = 1;
                    INSERT INTO large VALUES (2, repeat('abcdefghij', 10 * 1024 * 1024));
                    UPDATE large SET id = 3 WHERE id = 1;
                    """);
            task.requireSameAfterCatchingUp();
        }
    }

    private static void requireTold(TaskUnderTest.Outcome outcome, int code, String what) {
        outcome.requireCode(code);
        assertThat(outcome.text()).contains(what);
        requireNoTrace(outcome);
    }

    private static void requireNoTrace(TaskUnderTest.Outcome outcome) {
        assertThat(outcome.text()).doesNotContain("\tat ").doesNotContain("Exception");
    }
}
