package io.syncline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresServerTest {

    @ParameterizedTest
    @ValueSource(strings = {"9.5", "9.6", "10", "11", "12", "15", "17", "18"})
    void startsOfEachVersionAsSourceOfLogicalReplication(String version) throws SQLException {
        try (PostgresServer server = PostgresServer.builder(version)
                .logical()
                .setting("search_path", "a'b\\c")
                .start()) {
            server.createDatabase("A \"shop\"");
            assertThat(query(server, "A \"shop\"", "SHOW server_version")).startsWith(version + ".");
            assertThat(query(server, "A \"shop\"", "SHOW wal_level")).isEqualTo("logical");
            assertThat(query(server, "A \"shop\"", "SHOW search_path")).isEqualTo("a'b\\c");
            assertThat(query(server, "A \"shop\"", "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(query(server, "A \"shop\"", "SELECT datcollate FROM pg_database WHERE datname = 'template0'"))
                    .isEqualTo("C");
        }
    }

    @Test
    void keepsCommittedRowsOverEveryWayToEnd() throws SQLException {
        try (PostgresServer server = PostgresServer.builder("17").start()) {
            execute(server, "CREATE TABLE t (n int)");
            int port = server.port();
            for (ShutdownMode mode : ShutdownMode.values()) {
                execute(server, "INSERT INTO t VALUES (1)");
                server.restart(mode);
            }
            execute(server, "INSERT INTO t VALUES (1)");
            long pid = server.pid();
            server.crash();
            assertThat(server.isRunning()).isFalse();
            server.start();
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(server.port()).isEqualTo(port);
            assertThat(query(server, "postgres", "SELECT count(*) FROM t")).isEqualTo("4");
        }
    }

    @Test
    void doesNotAnswerWhilePaused() throws SQLException {
        try (PostgresServer server = PostgresServer.builder("17").start();
                Connection open = server.connect("postgres")) {
            server.pause();
            open.setNetworkTimeout(Runnable::run, 300);
            assertThatThrownBy(() -> {
                        try (Statement statement = open.createStatement()) {
                            statement.execute("SELECT 1");
                        }
                    })
                    .isInstanceOf(SQLException.class);
            server.resume();
            assertThat(query(server, "postgres", "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void refusesAWrongPassword() {
        try (PostgresServer server = PostgresServer.builder("17").start()) {
            assertThatThrownBy(
                            () -> DriverManager.getConnection(server.jdbcUrl("postgres"), PostgresServer.USER, "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure -> assertThat(failure.getSQLState()).isEqualTo("28P01"));
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl("postgres"), new Properties()))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void sharesTheSystemIdentifierOnlyWithinOneIdentity() throws SQLException {
        try (PostgresServer first = PostgresServer.builder("17").start();
                PostgresServer same = PostgresServer.builder("17").start();
                PostgresServer other =
                        PostgresServer.builder("17").identity("other").start();
                PostgresServer own = PostgresServer.builder("17").ownIdentity().start()) {
            assertThat(systemIdentifier(same)).isEqualTo(systemIdentifier(first));
            assertThat(systemIdentifier(other)).isNotEqualTo(systemIdentifier(first));
            assertThat(systemIdentifier(own)).isNotIn(systemIdentifier(first), systemIdentifier(other));
        }
    }

    @Test
    void changesASettingAtTheNextStart() throws SQLException {
        try (PostgresServer server = PostgresServer.builder("15").start()) {
            assertThat(query(server, "postgres", "SHOW wal_level")).isEqualTo("replica");
            server.configure("wal_level", "logical");
            server.restart(ShutdownMode.FAST);
            assertThat(query(server, "postgres", "SHOW wal_level")).isEqualTo("logical");
        }
    }

    @Test
    void saysWhatTheServerSaidWhenItDoesNotStart() {
        assertThatThrownBy(() -> PostgresServer.builder("17")
                        .setting("wal_level", "none")
                        .start())
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("wal_level")
                .hasMessageContaining("FATAL");
    }

    @Test
    void namesTheVersionThatHasNoArchive() {
        assertThatThrownBy(() -> PostgresServer.builder("8").start())
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("no archive of PostgreSQL 8")
                .hasMessageContaining("17.");
    }

    @Test
    void leavesNothingWhenClosed() {
        PostgresServer server = PostgresServer.builder("17").start();
        long pid = server.pid();
        server.close();
        server.close();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(Files.exists(server.dataDirectory())).isFalse();
    }

    private static String systemIdentifier(PostgresServer server) throws SQLException {
        return query(server, "postgres", "SELECT system_identifier FROM pg_control_system()");
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(PostgresServer server, String database, String sql) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", PostgresServer.USER);
        login.setProperty("password", PostgresServer.PASSWORD);
        login.setProperty("PGDBNAME", database);
        try (Connection connection =
                        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + server.port() + "/", login);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
