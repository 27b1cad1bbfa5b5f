package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.ShutdownMode;
import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source of 17 dies under a running task, and its standby, which takes over the slots, is promoted. Standbys take their time. */
@Tag("slow")
class FailoverTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String TAKEN_OVER =
            "SELECT count(*) FROM pg_replication_slots WHERE slot_type = 'logical' AND synced AND NOT temporary AND invalidation_reason IS NULL";

    /** The standby has all that the task was told: synchronized_standby_slots. The run finds it by itself among its hosts. */
    @Test
    void t23APromotedStandbyThatHasEverythingGoesOn(@TempDir Path folder) throws Exception {
        try (Pair pair = Pair.start();
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql there = destination.sql()) {
            pair.primary.configure("synchronized_standby_slots", "standby");
            pair.primary.reload();
            TaskUnderTest task = new TaskUnderTest(folder, pair.source, destination).edited(pair::amongBoth);
            TestDatabase promoted;
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", LIMIT);
                pair.awaitTakeover();
                promoted = pair.failOverUnderWriters();
                try (Sql sql = promoted.sql()) {
                    sql.execute("INSERT INTO t SELECT g, 'after' FROM generate_series(1000001, 1000100) g;"
                            + " DELETE FROM t WHERE id % 7 = 0");
                }
                there.await("SELECT count(*) FROM t WHERE note = 'after' AND id % 7 <> 0", "86", LIMIT);
                assertThat(run.stdout()).anyMatch(line -> line.contains("goes on from timeline 1 on timeline 2"));
                run.signal(Signal.TERM);
                run.awaitExit(LIMIT);
            }
            TaskUnderTest after = new TaskUnderTest(folder, promoted, destination).edited(pair::amongBoth);
            after.requireSameAfterCatchingUp();
            after.finish("clean").requireCode(0);
        }
    }

    /** The standby hears nothing of what the task still applies. */
    @Test
    void t23APromotedStandbyThatLacksRowsStopsTheTask(@TempDir Path folder) throws Exception {
        try (Pair pair = Pair.start();
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            TaskUnderTest before = new TaskUnderTest(folder, pair.source, destination);
            try (RunningProcess run = before.command("run").start();
                    Sql there = destination.sql()) {
                run.awaitLine("SYNCHRONIZING", LIMIT);
                pair.awaitTakeover();
                pair.cutOff();
                pair.write(50);
                there.await("SELECT count(*) FROM t WHERE note = 'row 50'", "1", LIMIT);
                run.kill();
            }
            pair.primary.crash();
            TestDatabase promoted = pair.promote();
            TaskUnderTest.Outcome outcome = new TaskUnderTest(folder, promoted, destination)
                    .finish("run", "--until", "caught-up")
                    .requireCode(4);
            assertThat(outcome.text()).contains("SOURCE_GAP").contains("was promoted at");
            try (Sql there = destination.sql()) {
                assertThat(there.value("SELECT count(*) FROM t WHERE note = 'row 50'"))
                        .isEqualTo("1");
            }
        }
    }

    private record Pair(PostgresServer primary, PostgresServer standby, TestDatabase source) implements AutoCloseable {

        static Pair start() {
            PostgresServer primary =
                    PostgresServer.builder("17").logical().ownIdentity().start();
            TestDatabase source = TestDatabase.create(primary);
            try (Sql sql = source.sql()) {
                sql.execute("CREATE TABLE t (id int PRIMARY KEY, note text);"
                        + " SELECT pg_create_physical_replication_slot('standby', true)");
            }
            primary.stop(ShutdownMode.FAST);
            PostgresServer standby = PostgresServer.builder("17")
                    .logical()
                    .standbyOf(primary, "standby")
                    .start();
            primary.start();
            return new Pair(primary, standby, source);
        }

        /** Both servers in the place of one. */
        String amongBoth(String file) {
            return file.replaceFirst(
                    "host: 127.0.0.1, port: \\d+",
                    "host: [\"127.0.0.1:" + primary.port() + "\", \"127.0.0.1:" + standby.port() + "\"]");
        }

        /** A standby looks every half minute, and takes a slot over once the slot's horizon has moved to where its own was. */
        void awaitTakeover() {
            try (Sql at = Sql.open(() -> standby.connect("postgres"))) {
                at.await(TAKEN_OVER, "1", LIMIT);
            }
        }

        /** From now on the standby receives nothing. */
        void cutOff() {
            standby.configure("primary_conninfo", "");
            standby.reload();
            try (Sql at = Sql.open(() -> standby.connect("postgres"))) {
                at.await("SELECT count(*) FROM pg_stat_wal_receiver", "0", LIMIT);
            }
        }

        void write(int rows) {
            try (Sql sql = source.sql()) {
                for (int row = 1; row <= rows; row++) {
                    sql.execute("INSERT INTO t VALUES (" + row + ", 'row " + row + "')");
                }
            }
        }

        /** The primary dies while rows are written; those of which the standby heard nothing are lost with it. */
        TestDatabase failOverUnderWriters() throws InterruptedException {
            CountDownLatch written = new CountDownLatch(200);
            Thread writer = Thread.ofVirtual().start(() -> {
                try (Connection session = source.connect();
                        Statement statement = session.createStatement()) {
                    for (int row = 1; row < 1_000_000; row++) {
                        statement.execute("INSERT INTO t VALUES (" + row + ", 'row " + row + "')");
                        written.countDown();
                    }
                } catch (SQLException e) {
                    assertThat(primary.isRunning()).as(e.getMessage()).isFalse();
                }
            });
            assertThat(written.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            primary.crash();
            writer.join();
            return promote();
        }

        TestDatabase promote() {
            try (Sql at = Sql.open(() -> standby.connect("postgres"))) {
                assertThat(at.value("SELECT pg_promote()")).isEqualTo("t");
            }
            return new TestDatabase(standby, source.name());
        }

        @Override
        public void close() {
            standby.close();
            primary.close();
        }
    }
}
