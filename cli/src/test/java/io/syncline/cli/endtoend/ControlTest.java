package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of a run while it goes on. */
class ControlTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void aPausedRunAppliesNothingKeepsTheTaskAndGoesOn(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("15");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            assertThat(task.finish("control", "pause").requireCode(2).text())
                    .as("it has never started")
                    .contains("TASK_UNKNOWN");

            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                Instant asked = Instant.now();
                assertThat(task.finish("control", "pause").requireCode(0).text())
                        .contains("paused");
                assertThat(Duration.between(asked, Instant.now()))
                        .as("with the command's own start")
                        .isLessThan(Duration.ofSeconds(20));
                at.execute("INSERT INTO t VALUES (2, 'b')");

                assertThat(task.finish("status").requireCode(0).text()).contains("PAUSED: paused by ");
                assertThat(task.finish("control", "pause").requireCode(0).text())
                        .contains("paused");
                assertThat(task.finish("run").requireCode(2).text()).as("I7").contains("TASK_RUNNING");
                assertThat(
                                at.value(
                                        "SELECT active FROM pg_replication_slots WHERE slot_name LIKE 'dts_sync_%' AND database = current_database()"))
                        .as("the slot stays, and nobody reads it")
                        .isEqualTo("f");
                assertThat(there.value("SELECT count(*) FROM t")).isEqualTo("1");

                task.finish("control", "resume").requireCode(0);
                there.await("SELECT count(*) FROM t", "2", SOON);
                assertThat(task.finish("control", "resume").requireCode(2).text())
                        .contains("COMMAND_REFUSED", "not paused");
                assertThat(
                                there.column(
                                        "SELECT verb || ' ' || obeyed FROM syncline.command WHERE asked_by <> '' ORDER BY ordinal"))
                        .containsExactly("PAUSE true", "PAUSE true", "RESUME true", "RESUME false");
            }
            assertThat(task.finish("control", "pause").requireCode(2).text()).contains("TASK_NOT_RUNNING");
            task.requireSameAfterCatchingUp();
        }
    }

    /** One transaction changes both tables: the suspended one stays where it was, also for a run after a kill. */
    @Test
    void aSuspendedTableStandsStillAndTheOthersGoOn(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("15");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE TABLE a (id int PRIMARY KEY, v text); INSERT INTO a VALUES (1, 'a');"
                    + "CREATE TABLE b (id int PRIMARY KEY, v text); INSERT INTO b VALUES (1, 'b')");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                at.execute("BEGIN; INSERT INTO a VALUES (2, 'a'); INSERT INTO b VALUES (2, 'b'); COMMIT");
                there.await("SELECT count(*) FROM b", "2", SOON);

                assertThat(task.finish("control", "suspend", "public.c")
                                .requireCode(2)
                                .text())
                        .contains("USAGE", "carries no table public.c");
                assertThat(task.finish("control", "suspend", "public.a")
                                .requireCode(0)
                                .text())
                        .contains("public.a is suspended");
                at.execute(
                        "BEGIN; INSERT INTO a VALUES (3, 'a'); INSERT INTO b VALUES (3, 'b'); DELETE FROM a WHERE id = 1; COMMIT");
                there.await("SELECT count(*) FROM b", "3", SOON);
                run.kill();
            }
            at.execute("BEGIN; INSERT INTO a VALUES (4, 'a'); INSERT INTO b VALUES (4, 'b'); COMMIT");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.column("SELECT id FROM b ORDER BY id")).containsExactly("1", "2", "3", "4");
            assertThat(there.column("SELECT id FROM a ORDER BY id"))
                    .as("as it was at its position")
                    .containsExactly("1", "2");
            assertThat(task.finish("status").requireCode(0).text()).contains("suspended     public.a since ");
            assertThat(task.finish("compare").requireCode(5).text())
                    .as("what it lacks is told")
                    .contains("public.a");
            task.finish("clean").requireCode(0);
        }
    }

    /** A table that stops the task is suspended while no run goes on; the next run leaves it and applies what had waited. */
    @Test
    void aTableThatStopsTheTaskIsLeftOutByTheNextRun(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("15");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE TABLE a (id int PRIMARY KEY, v int); INSERT INTO a VALUES (1, 1);"
                    + "CREATE TABLE b (id int PRIMARY KEY, v text); INSERT INTO b VALUES (1, 'b')");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).with("ddl: {alterType: stop}");
            task.finish("run", "--until", "caught-up").requireCode(0);
            at.execute("ALTER TABLE a ALTER v TYPE numeric USING v * 2;"
                    + "BEGIN; INSERT INTO a VALUES (2, 2.5); INSERT INTO b VALUES (2, 'b'); COMMIT");
            assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                    .contains("SOURCE_SCHEMA_CHANGED");

            assertThat(task.finish("control", "suspend", "public.a")
                            .requireCode(0)
                            .text())
                    .contains("the next one obeys");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.column("SELECT id FROM b ORDER BY id")).containsExactly("1", "2");
            assertThat(there.column("SELECT id || ' ' || v FROM a")).containsExactly("1 1");
        }
    }

    /** 3,000 rows at 200 rows/s would take 15 s; the limit is lifted while it holds them back. */
    @Tag("slow")
    @Test
    void aThrottleHoldsTheStreamBackAndIsChangedWhileItRuns(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("15");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (0, 'a')");
            TaskUnderTest task =
                    new TaskUnderTest(folder, source, destination).with("throttle: {stream: {rowsPerSecond: 1}}");
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                at.execute("INSERT INTO t SELECT i, 'b' FROM generate_series(1, 3000) i");
                assertThat(task.finish("control", "throttle", "stream.rowsPerSecond=2")
                                .requireCode(0)
                                .text())
                        .contains("stream: 2 rows/s");
                assertThat(there.value("SELECT count(*) FROM t")).isEqualTo("1");
                task.finish("control", "throttle", "stream.rowsPerSecond=none").requireCode(0);
                there.await("SELECT count(*) FROM t", "3001", SOON);
            }
            task.with("").requireSameAfterCatchingUp();
        }
    }
}
