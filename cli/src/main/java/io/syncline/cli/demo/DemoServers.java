package io.syncline.cli.demo;

import io.syncline.embedded.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The two servers of the demo, each with a database and an account without superuser. Closing them deletes their data. */
final class DemoServers implements AutoCloseable {

    static final String VERSION = "17";
    static final String SOURCE_DATABASE = "shop";
    static final String DESTINATION_DATABASE = "shop_copy";
    static final String USER = "sync";

    /** Protects nothing: the servers listen on loopback and live as long as the demo. */
    static final String PASSWORD = "demo";

    private final PostgresServer source;
    private final PostgresServer destination;

    private DemoServers(PostgresServer source, PostgresServer destination) {
        this.source = source;
        this.destination = destination;
    }

    /** Starts both. */
    static DemoServers start() throws SQLException {
        PostgresServer source = server("demo-source");
        try {
            return start(source);
        } catch (RuntimeException | SQLException e) {
            source.close();
            throw e;
        }
    }

    private static DemoServers start(PostgresServer source) throws SQLException {
        PostgresServer destination = server("demo-destination");
        try {
            DemoServers servers = new DemoServers(source, destination);
            servers.prepare();
            return servers;
        } catch (RuntimeException | SQLException e) {
            destination.close();
            throw e;
        }
    }

    int sourcePort() {
        return source.port();
    }

    int destinationPort() {
        return destination.port();
    }

    /**
     * The task that copies the shop, as a user would write it.
     *
     * @param password where the task finds the password, such as {@code env:NAME}
     */
    String task(String name, String password) {
        return """
                name: %s
                source:      {type: postgresql, host: 127.0.0.1, port: %d, database: %s, user: %s, password: "%s"}
                destination: {type: postgresql, host: 127.0.0.1, port: %d, database: %s, user: %s, password: "%s"}
                stages: [schema, full, incremental]
                objects: ["shop.*"]
                """.formatted(
                        name,
                        sourcePort(),
                        SOURCE_DATABASE,
                        USER,
                        password,
                        destinationPort(),
                        DESTINATION_DATABASE,
                        USER,
                        password);
    }

    /** A connection of the shop's own application. */
    Connection connectToShop() throws SQLException {
        return DriverManager.getConnection(source.jdbcUrl(SOURCE_DATABASE), USER, PASSWORD);
    }

    @Override
    public void close() {
        try (source) {
            destination.close();
        }
    }

    private static PostgresServer server(String identity) {
        return PostgresServer.builder(VERSION)
                .identity(identity)
                .logical()
                .durable()
                .setting("shared_buffers", "256MB")
                .setting("max_wal_size", "4GB")
                .start();
    }

    private void prepare() throws SQLException {
        try (Connection connection = source.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + USER + " LOGIN REPLICATION PASSWORD '" + PASSWORD + "'");
            statement.execute("CREATE DATABASE " + SOURCE_DATABASE + " OWNER " + USER + " TEMPLATE template0");
        }
        try (Connection connection = destination.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + USER + " LOGIN PASSWORD '" + PASSWORD + "'");
            statement.execute("CREATE DATABASE " + DESTINATION_DATABASE + " OWNER " + USER + " TEMPLATE template0");
            statement.execute("GRANT SET ON PARAMETER session_replication_role TO " + USER);
        }
    }
}
