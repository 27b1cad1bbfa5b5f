package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.cli.local.LocalTask;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskRunner;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table whose changes are in no log is loaded anew again and again, while the streams of the others go on (docs/design/refresh.md). */
class RefreshTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofHours(1);

    /** More than one chunk of it, so that a half would show. */
    private static final String ROWS = "2000";

    private static final String SMALL = "tuning: {chunkSize: 1MB, loadWorkers: 1}";
    private static final String OBJECTS =
            "{table: \"public.key*\", refresh: 1h}, {table: public.cache, refresh: 1h}, \"public.*\"";
    private static final String READ_AT =
            "SELECT extract(epoch FROM read_at) FROM syncline.refreshed WHERE source_table = 'cache'";

    /** As if the last refresh were long ago. */
    private static final String DUE = "UPDATE syncline.refreshed SET read_at = read_at - interval '2 hours'";

    /** Readers see each state of the source's that was read, whole; a table without rows is no exception. Neither publication nor replica identity know of the tables. */
    @Test
    void isLoadedAnewWheneverItIsDueWhileTheOthersGoOn(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            at.execute("CREATE UNLOGGED TABLE cache (id int PRIMARY KEY, state int, v text);"
                    + "CREATE UNLOGGED TABLE keyless (v text); INSERT INTO keyless VALUES ('a'), ('a');"
                    + "CREATE TABLE followed (id int PRIMARY KEY)");
            LocalTask task = LocalTask.ofObjects(folder, "refreshed", source, destination, OBJECTS, SMALL);
            MovedClock clock = new MovedClock();
            TaskRunner run = task.run(clock, _ -> {});
            Future<RunOutcome> outcome = threads.submit(run::run);
            try {
                awaitFollowed(at, there, 1);
                // The tables come behind those that are followed.
                there.await("SELECT count(*) FROM syncline.refreshed", "2", SOON);
                assertThat(at.column("SELECT tablename FROM pg_publication_tables"))
                        .containsExactly("followed");
                assertThat(at.value("SELECT relreplident FROM pg_class WHERE relname = 'keyless'"))
                        .isEqualTo("d");
                try (WholeStates states = WholeStates.of(destination, Long.parseLong(ROWS))) {
                    for (int state = 1; state <= 3; state++) {
                        write(at, state);
                        at.execute("INSERT INTO keyless VALUES ('" + state + "')");
                        awaitFollowed(at, there, 1 + state);
                        assertThat(there.value("SELECT count(*) FROM cache WHERE state = " + state))
                                .as("it is not due")
                                .isEqualTo("0");
                        clock.move(INTERVAL);
                        there.await("SELECT count(*) FROM cache WHERE state = " + state, ROWS, SOON);
                        there.await("SELECT count(*) FROM keyless", Integer.toString(2 + state), SOON);
                    }
                    states.stop();
                    assertThat(states.seen()).isEqualTo(4);
                }
            } finally {
                run.stop();
            }
            assertThat(outcome.get(60, TimeUnit.SECONDS)).isInstanceOf(RunOutcome.Stopped.class);
            assertThat(there.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'shadow%'"))
                    .isEqualTo("0");
            task.clean();
        }
    }

    /** The rows and the moment of which they are come together, or not at all; what is left of a refresh that died is used by nobody, and a restart goes by the ledger's time. */
    @ParameterizedTest
    @EnumSource(names = {"CHUNK_COMMITTED", "ROWS_REPLACED", "TABLE_LOADED"})
    void survivesAKillAt(Mark mark, @TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE UNLOGGED TABLE cache (id int PRIMARY KEY, state int, v text);"
                    + "CREATE TABLE followed (id int PRIMARY KEY)");
            write(at, 1);
            TaskUnderTest task = task(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            requireState(there, 1);
            assertThat(task.finish("status").text()).contains("refreshed     public.cache as of ");
            write(at, 2);
            task.finish("run", "--until", "caught-up").requireCode(0);
            requireState(there, 1);

            there.execute(DUE);
            String before = there.value(READ_AT);
            try (RunningProcess run =
                    task.command("run").crashAt(mark.name(), 1).start()) {
                assertThat(run.awaitExit(TaskUnderTest.LIMIT))
                        .as(String.join("\n", run.stderr()))
                        .isEqualTo(CrashHarness.KILLED);
            }
            boolean replaced = mark == Mark.TABLE_LOADED;
            requireState(there, replaced ? 2 : 1);
            String after = there.value(READ_AT);
            assertThat(after.equals(before)).isNotEqualTo(replaced);

            write(at, 3);
            at.execute("INSERT INTO followed VALUES (1)");
            task.finish("run", "--until", "caught-up").requireCode(0);
            requireState(there, replaced ? 2 : 3);
            assertThat(there.value(READ_AT).equals(after)).isEqualTo(replaced);
            assertThat(there.value("SELECT count(*) FROM followed")).isEqualTo("1");
            assertThat(there.value("SELECT status FROM syncline.table_load WHERE source_table = 'cache'"))
                    .isEqualTo("KEYED");
            assertThat(there.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'shadow%'"))
                    .isEqualTo("0");
        }
    }

    /** A table that was altered gets its new columns with its rows; one that does not fit any more is suspended with what to do, whatever becomes of it, and the others go on. */
    @Test
    void aTableOfAnotherShapeIsCarriedOrStopsAlone(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE UNLOGGED TABLE cache (id int PRIMARY KEY, state int, v text);"
                    + "CREATE TABLE followed (id int PRIMARY KEY)");
            write(at, 1);
            TaskUnderTest task = task(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            at.execute("ALTER TABLE cache ADD note text NOT NULL DEFAULT 'n'");
            there.execute(DUE);
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.value("SELECT count(*) FROM cache WHERE note = 'n'"))
                    .isEqualTo(ROWS);

            at.execute("ALTER TABLE cache ALTER state TYPE bigint; UPDATE cache SET state = 2");
            there.execute(DUE);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("Suspended: public.cache: it could not be loaded anew: DESTINATION_SCHEMA", SOON);
                awaitFollowed(at, there, 1);
                assertThat(task.finish("status").text()).contains("suspended     public.cache since", "bigint");
                requireState(there, 1);
                there.execute("ALTER TABLE cache ALTER state TYPE bigint");
                task.finish("control", "resync", "public.cache").requireCode(0);
                run.awaitLine("Carried again: public.cache", SOON);
                requireState(there, 2);
                at.execute("DROP TABLE cache");
                there.execute(DUE);
                task.finish("control", "pause").requireCode(0);
                task.finish("control", "resume").requireCode(0);
                run.awaitLine("it could not be loaded anew: SOURCE_SCHEMA_CHANGED", SOON);
                awaitFollowed(at, there, 2);
                run.kill();
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            requireState(there, 2);
        }
    }

    /** From the log to refreshes and back; the table is out of the publication in between, and its replica identity is what it was. */
    @Test
    void anEditTakesATableOutOfTheLogAndBack(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE TABLE cache (v text); INSERT INTO cache VALUES ('a');"
                    + "CREATE TABLE followed (id int PRIMARY KEY)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            String identity = "SELECT relreplident FROM pg_class WHERE relname = 'cache'";
            assertThat(at.value(identity)).isEqualTo("f");

            refreshing(task, "1h");
            assertThat(task.finish("run", "--until", "caught-up").requireCode(2).text())
                    .contains("TASK_CHANGED", "refresh");
            assertThat(task.finish("apply", "--yes").requireCode(0).text())
                    .contains("refresh edited", "then it is loaded anew as often as `refresh` says");
            at.execute("INSERT INTO cache VALUES ('b')");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(at.value(identity)).isEqualTo("d");
            assertThat(at.column("SELECT tablename FROM pg_publication_tables")).containsExactly("followed");
            at.execute("INSERT INTO cache VALUES ('c')");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.column("SELECT v FROM cache ORDER BY 1")).containsExactly("a", "b");

            refreshing(task, "10s");
            assertThat(task.finish("apply").requireCode(0).text()).contains("how often it is loaded anew was edited");
            there.execute(DUE);
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(task.finish("apply").requireCode(0).text()).contains("says what the task does already");
            assertThat(there.column("SELECT v FROM cache ORDER BY 1")).containsExactly("a", "b", "c");

            task.edited(text -> text);
            task.finish("apply", "--yes").requireCode(0);
            at.execute("INSERT INTO cache VALUES ('d')");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.value("SELECT count(*) FROM syncline.refreshed")).isEqualTo("0");
            at.execute("INSERT INTO cache VALUES ('e')");
            task.requireSameAfterCatchingUp();
            assertThat(at.value(identity)).isEqualTo("f");
            task.finish("clean").requireCode(0);
            assertThat(at.value(identity)).isEqualTo("d");
        }
    }

    private static TaskUnderTest task(Path folder, TestDatabase source, TestDatabase destination) {
        TaskUnderTest task = new TaskUnderTest(folder, source, destination).with(SMALL);
        assertThat(task.finish("precheck").requireCode(3).failedItems()).containsExactly("source-unlogged");
        refreshing(task, "1h");
        assertThat(task.finish("precheck").requireCode(0).text()).contains("loaded anew from time to time");
        return task;
    }

    private static void refreshing(TaskUnderTest task, String interval) {
        task.edited(text -> text.replace(
                "objects: [\"public.*\"]",
                "objects: [\"public.*\", {table: public.cache, refresh: " + interval + "}]"));
    }

    /** All rows of a state, in one transaction. */
    private static void write(Sql at, int state) {
        at.execute("BEGIN; DELETE FROM cache; INSERT INTO cache SELECT g, " + state
                + ", repeat('x', 900) FROM generate_series(1, " + ROWS + ") g; COMMIT");
    }

    private static void requireState(Sql there, int state) {
        assertThat(there.rows("SELECT min(state), max(state), count(*) FROM cache"))
                .containsExactly(List.of(Integer.toString(state), Integer.toString(state), ROWS));
    }

    private static void awaitFollowed(Sql at, Sql there, int rows) {
        at.execute("INSERT INTO followed VALUES (" + rows + ")");
        there.await("SELECT to_regclass('public.followed') IS NOT NULL", "t", SOON);
        there.await("SELECT count(*) FROM followed", Integer.toString(rows), SOON);
    }
}
