package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I5 and T38: one source transaction that is much larger than the heap. The process is killed in the middle of applying it, and the next one applies all of it. */
class LargeTransactionTest {

    /** The middle: both sizes make a hundred rounds. */
    private static final int MIDDLE = 50;

    private static final Duration LIMIT = Duration.ofMinutes(45);

    @Tag("slow")
    @Test
    void tenMillionRowsAndOneGigabyteIn512MegabytesOfHeap(@TempDir Path folder) throws Exception {
        try (PostgresServer from = PostgresServer.builder("17")
                        .logical()
                        .setting("max_wal_size", "4GB")
                        .start();
                PostgresServer to = PostgresServer.builder("17")
                        .identity("destination")
                        .setting("max_wal_size", "4GB")
                        .start();
                TestDatabase source = TestDatabase.create(from);
                TestDatabase destination = TestDatabase.create(to)) {
            killInTheMiddle(new TaskUnderTest(folder, source, destination).limit(LIMIT), 10_000_000, "-Xmx512m");
        }
    }

    @Test
    void aHundredThousandRowsIn48MegabytesOfHeap(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .with("tuning: {batchRows: 1000, batchSize: 1MB, queueSize: 2MB}");
            killInTheMiddle(task, 100_000, "-Xmx48m");
        }
    }

    private static void killInTheMiddle(TaskUnderTest task, int rows, String heap) throws SQLException {
        try (Sql sql = task.source().sql()) {
            fill(sql, rows);
            try (RunningProcess run = task.command("run")
                    .jvmOption(heap)
                    .crashAt(Mark.LARGE_TRANSACTION_ROUND.name(), MIDDLE)
                    .start()) {
                run.awaitLine("SYNCHRONIZING", LIMIT);
                change(sql, rows);
                assertThat(run.awaitExit(LIMIT))
                        .as(String.join("\n", run.stderr()))
                        .isEqualTo(CrashHarness.KILLED);
            }
        }
        requireUntouched(task.destination(), rows);
        try (RunningProcess run = task.command("run", "--until", "caught-up")
                        .jvmOption(heap)
                        .start();
                MemoryPeak peak = MemoryPeak.of(run)) {
            assertThat(run.awaitExit(LIMIT)).as(String.join("\n", run.stderr())).isZero();
            System.out.println(rows + " rows at " + heap + ": " + peak);
        }
        task.requireSame();
    }

    /** A tenth of the rows is there before. */
    private static void fill(Sql sql, int rows) {
        sql.execute("CREATE TABLE large (id bigint PRIMARY KEY, payload text NOT NULL)");
        sql.update("INSERT INTO large SELECT n, rpad(md5(n::text), 110, 'x') FROM generate_series(1, ?) n", rows / 10);
    }

    /** Changes half of the rows that are there, removes the others, and adds so many that all of these changes are {@code rows}, in one transaction. */
    private static void change(Sql sql, int rows) {
        sql.execute("BEGIN");
        long changed = sql.update("UPDATE large SET payload = rpad(md5(payload), 110, 'y') WHERE id % 2 = 0");
        changed += sql.update("DELETE FROM large WHERE id % 2 = 1");
        changed += sql.update(
                "INSERT INTO large SELECT n, rpad(md5(n::text), 110, 'z') FROM generate_series(?, ?) n",
                rows / 10 + 1,
                rows);
        sql.execute("COMMIT");
        assertThat(changed).isEqualTo(rows);
    }

    /** I3: of half a transaction nothing is there. */
    private static void requireUntouched(TestDatabase destination, int rows) {
        try (Sql sql = destination.sql()) {
            assertThat(sql.number("SELECT count(*) FROM large")).isEqualTo(rows / 10);
            assertThat(sql.number("SELECT count(*) FROM large WHERE payload LIKE '%x'"))
                    .isEqualTo(rows / 10);
        }
    }
}
