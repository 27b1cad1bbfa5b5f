package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** pgbench's database at scale 50, five million accounts, under four clients that never pause, through every stage. */
@Tag("slow")
@ExtendWith(Seeds.class)
class PgbenchTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(50);
    private static final Duration LIMIT = Duration.ofMinutes(20);

    @Test
    void fiveMillionAccountsUnderFourClients(@TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            Figures figures = new Figures();
            try (Connection connection = source.connect()) {
                SCHEMA.create(connection);
            }
            figures.tell("pgbench at scale 50 filled");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).limit(LIMIT);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                            .clients(4)
                            .start();
                    RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", LIMIT);
                figures.tell("SYNCHRONIZING, after " + writer.commits() + " transactions");
                writer.awaitCommits(20_000, LIMIT);
                figures.tell("20,000 transactions more, " + writer.commits() + " in all");
                writer.stop();
                run.signal(Signal.TERM);
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(143);
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            figures.tell("caught up");
            task.finish("compare").requireCode(0);
            figures.tell("compare: same");
            try (Connection left = source.connect();
                    Connection right = destination.connect()) {
                assertThat(SqlDigest.differences(left, right, "public")).isEmpty();
            }
            figures.tell("SQL alone: same");
            try (Sql sql = destination.sql()) {
                assertThat(sql.number("SELECT count(*) FROM pgbench_accounts")).isEqualTo(SCHEMA.accounts());
                figures.tell(sql.number("SELECT count(*) FROM pgbench_history") + " rows of history");
            }
            task.finish("clean").requireCode(0);
        }
    }

    /** Seconds since the last words, for people who read the test's output. */
    private static final class Figures {

        private long last = System.nanoTime();

        void tell(String what) {
            long now = System.nanoTime();
            System.out.printf(Locale.ROOT, "%8.1f s  %s%n", (now - last) / 1e9, what);
            last = now;
        }
    }
}
