package io.syncline.testkit.postgres;

import io.syncline.embedded.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database of one test. Closing it ends every session in it, drops the replication slots that belong to it, and drops it.
 *
 * @param server the running server
 * @param name unique on the server
 */
public record TestDatabase(PostgresServer server, String name) implements AutoCloseable {

    private static final AtomicInteger CREATED = new AtomicInteger();
    private static final Duration DROP_LIMIT = Duration.ofSeconds(30);

    /** Creates an empty database with a name that no other test of this JVM uses. */
    public static TestDatabase create(PostgresServer server) {
        String name = "test_" + CREATED.incrementAndGet();
        server.createDatabase(name);
        return new TestDatabase(server, name);
    }

    /** The JDBC URL, without user and password. */
    public String url() {
        return server.jdbcUrl(name);
    }

    /** The superuser. */
    public String user() {
        return PostgresServer.USER;
    }

    /** The superuser's password. */
    public String password() {
        return PostgresServer.PASSWORD;
    }

    /** Opens a connection as the superuser. */
    public Connection connect() throws SQLException {
        return server.connect(name);
    }

    /** Opens a connection as the superuser and wraps it; the caller closes it. */
    public Sql sql() {
        return Sql.open(this::connect);
    }

    @Override
    public void close() {
        try (Sql sql = Sql.open(() -> server.connect("postgres"))) {
            // a slot can be dropped once its walsender has ended, which takes it a moment
            Await.until("the database " + name + " can be dropped", DROP_LIMIT, () -> {
                sql.rows(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ? AND pid <> pg_backend_pid()",
                        name);
                sql.rows(
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = ? AND NOT active",
                        name);
                return sql.value("""
                                SELECT (SELECT count(*) FROM pg_replication_slots WHERE database = ?)
                                     + (SELECT count(*) FROM pg_stat_activity WHERE datname = ?)""", name, name).equals("0");
            });
            sql.execute("DROP DATABASE " + name);
        }
    }
}
