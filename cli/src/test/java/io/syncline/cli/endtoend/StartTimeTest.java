package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that starts at a time (startAt). */
class StartTimeTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** While it waits nothing is made, and a stop ends it; what has changed by the start is found. */
    @Test
    void waitsForItsStartAndLooksAgain(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql here = source.sql();
                Sql there = destination.sql()) {
            here.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
            TaskUnderTest task =
                    new TaskUnderTest(folder, source, destination).with("startAt: 2100-01-01T00:00:00+01:00");
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("READY", SOON);
                assertThat(here.value("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                        .isEqualTo("0");
                assertThat(there.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'syncline'"))
                        .isEqualTo("0");
                run.signal(Signal.TERM);
                assertThat(run.awaitExit(SOON)).isEqualTo(143);
            }
            Instant soon = Instant.now().plusSeconds(15).truncatedTo(ChronoUnit.SECONDS);
            task.with("startAt: " + soon);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("READY", SOON);
                there.execute("CREATE TABLE t (other text)");
                assertThat(run.awaitExit(SOON)).isEqualTo(3);
                assertThat(Instant.now()).isAfter(soon);
                assertThat(String.join("\n", run.stdout())).contains("PRECHECK_FAILED");
            }
            there.execute("DROP TABLE t");
            task.requireSameAfterCatchingUp();
        }
    }
}
