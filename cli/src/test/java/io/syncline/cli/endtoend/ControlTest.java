package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

    /** 3,000 rows at 200 rows/s would take 15 s; the limit is lifted while it holds them back. */
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
