package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.ShutdownMode;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which task a file means, and which source its positions belong to. */
class IdentityTest {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')";

    @Test
    void i6AnotherClusterUnderTheSameAddressStopsTheTask(@TempDir Path folder) throws Exception {
        try (TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            int port;
            TestDatabase source;
            try (PostgresServer server =
                    PostgresServer.builder("17").logical().identity("first").start()) {
                port = server.port();
                source = TestDatabase.create(server);
                try (Sql sql = source.sql()) {
                    sql.execute(TABLE);
                }
                new TaskUnderTest(folder, source, destination)
                        .finish("run", "--until", "caught-up")
                        .requireCode(0);
            }
            try (PostgresServer server = PostgresServer.builder("17")
                    .logical()
                    .identity("second")
                    .port(port)
                    .start()) {
                server.createDatabase(source.name());
                TestDatabase other = new TestDatabase(server, source.name());
                try (Sql sql = other.sql()) {
                    sql.execute(TABLE);
                }
                TaskUnderTest.Outcome outcome = new TaskUnderTest(folder, other, destination)
                        .finish("run", "--until", "caught-up")
                        .requireCode(4);
                assertThat(outcome.text()).contains("SOURCE_IDENTITY").contains("another database");
            }
        }
    }

    /** T23: after a promotion the same numbers name other transactions. */
    @Test
    void t23APromotedSourceStopsTheTask(@TempDir Path folder) throws Exception {
        try (PostgresServer server =
                        PostgresServer.builder("17").logical().ownIdentity().start();
                TestDatabase source = TestDatabase.create(server);
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            try (Sql sql = source.sql()) {
                sql.execute(TABLE);
            }
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);

            server.stop(ShutdownMode.FAST);
            Files.createFile(server.dataDirectory().resolve("standby.signal"));
            server.start();
            try (Sql sql = source.sql()) {
                assertThat(sql.value("SELECT pg_promote()")).isEqualTo("t");
                sql.execute("INSERT INTO t VALUES (3, 'c')");
            }
            TaskUnderTest.Outcome outcome =
                    task.finish("run", "--until", "caught-up").requireCode(4);
            assertThat(outcome.text()).contains("SOURCE_IDENTITY").contains("was not taken over");
        }
    }

    @Test
    void twoTasksOfOneNameGoFromOneSourceToTwoDestinations(@TempDir Path folder, @TempDir Path other) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase first = SharedPostgres.destinationDatabase("17");
                TestDatabase second = SharedPostgres.destinationDatabase("17")) {
            try (Sql sql = source.sql()) {
                sql.execute(TABLE);
            }
            TaskUnderTest one = new TaskUnderTest(folder, source, first).name("Shop-Copy");
            TaskUnderTest two = new TaskUnderTest(other, source, second).name("Shop-Copy");
            one.finish("run", "--until", "caught-up").requireCode(0);
            two.finish("run", "--until", "caught-up").requireCode(0);
            try (Sql sql = source.sql()) {
                sql.execute("INSERT INTO t VALUES (2, 'b')");
                assertThat(
                                sql.column(
                                        "SELECT slot_name FROM pg_replication_slots WHERE database = current_database() ORDER BY 1"))
                        .hasSize(2)
                        .allMatch(name -> name.startsWith("dts_sync_shop_copy_"));
            }
            one.requireSameAfterCatchingUp();
            two.requireSameAfterCatchingUp();
            one.finish("clean").requireCode(0);
            two.requireSameAfterCatchingUp();
            two.finish("clean").requireCode(0);
        }
    }
}
