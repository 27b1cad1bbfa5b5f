package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.proxy.FaultProxy;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Two servers of one test class, each behind a proxy, which the test stops, starts and cuts off. Whatever happens to them, their ports stay the same. */
final class LinkUnderFault implements AutoCloseable {

    /** Far shorter than the stall of {@link Fault#STALL}: the source gives its walsender up meanwhile. */
    static final Duration WAL_SENDER_TIMEOUT = Duration.ofSeconds(5);

    static final TpcbSchema SCHEMA = new TpcbSchema(1);

    /** Small chunks, batches and rounds, so that every mark is reached many times in a short run. */
    private static final String SMALL = "tuning: {chunkSize: 2MB, batchRows: 400, batchSize: 1MB, queueSize: 4MB}";

    private static final String MORE = """
            CREATE INDEX accounts_of_branch ON pgbench_accounts (bid, abalance);
            CREATE INDEX history_of_account ON pgbench_history (aid);
            CREATE TABLE milestone (id int PRIMARY KEY);
            """;

    private final End source;
    private final End destination;

    /** One server and the proxy that the run reaches it through. */
    record End(PostgresServer server, FaultProxy proxy) implements AutoCloseable {

        static End of(PostgresServer server) {
            return new End(server, FaultProxy.to(server));
        }

        @Override
        public void close() {
            proxy.close();
            server.close();
        }
    }

    enum Side {
        SOURCE,
        DESTINATION
    }

    private LinkUnderFault(End source, End destination) {
        this.source = source;
        this.destination = destination;
    }

    static LinkUnderFault start() {
        return new LinkUnderFault(
                End.of(PostgresServer.builder("17")
                        .logical()
                        .setting("wal_sender_timeout", WAL_SENDER_TIMEOUT.toMillis() + "ms")
                        .start()),
                End.of(PostgresServer.builder("15")
                        .identity("destination")
                        // What is not flushed at once stays in memory for long, so that a crash loses it.
                        .setting("wal_writer_delay", "10s")
                        .start()));
    }

    End end(Side side) {
        return switch (side) {
            case SOURCE -> source;
            case DESTINATION -> destination;
        };
    }

    /** A database with the tables of TPC-B, a table to see how far a destination is, and indexes that are made late. */
    TestDatabase filledSource() throws SQLException {
        TestDatabase database = TestDatabase.create(source.server());
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            SCHEMA.create(connection);
            statement.execute(MORE);
        }
        return database;
    }

    /** An empty database under a role whose commits are not durable by default. */
    TestDatabase emptyDestination() {
        TestDatabase database = TestDatabase.create(destination.server());
        try (Sql sql = database.sql()) {
            sql.execute("ALTER ROLE " + database.user() + " SET synchronous_commit = off");
        }
        try (Sql sql = database.sql()) {
            assertThat(sql.value("SHOW synchronous_commit")).isEqualTo("off");
        }
        return database;
    }

    TaskUnderTest task(Path folder, TestDatabase from, TestDatabase to) {
        return new TaskUnderTest(folder, from, to)
                .sourcePort(source.proxy().port())
                .destinationPort(destination.proxy().port())
                .with(SMALL);
    }

    static TpcbWriter writers(TestDatabase database, Seed seed) {
        return TpcbWriter.on(database::connect, SCHEMA, seed)
                .clients(4)
                .rate(200)
                .mix(TpcbMix.VARIED)
                .start();
    }

    /**
     * Changes the source once more and returns when the destination has it, hence everything before it.
     *
     * @param nth how often the table of milestones was changed by then
     */
    static void awaitLastChange(TestDatabase from, TestDatabase to, int nth) {
        try (Sql source = from.sql();
                Sql destination = to.sql()) {
            source.execute("INSERT INTO milestone VALUES (1)");
            destination.await("SELECT count(*) FROM milestone", Integer.toString(nth), TaskUnderTest.LIMIT);
        }
    }

    @Override
    public void close() {
        try (source) {
            destination.close();
        }
    }
}
