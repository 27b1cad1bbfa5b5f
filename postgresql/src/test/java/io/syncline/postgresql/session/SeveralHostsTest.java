package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.ShutdownMode;
import io.syncline.testkit.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SeveralHostsTest {

    private static final List<Function<Sessions, Connection>> WAYS =
            List.of(s -> s.open("test"), s -> s.openReplication("test"));

    @Test
    void sessionsGoToThePrimaryWhereverItIs() throws Exception {
        try (PostgresServer first =
                PostgresServer.builder("17").logical().ownIdentity().start()) {
            try (Sql sql = Sql.open(() -> first.connect("postgres"))) {
                sql.execute("SELECT pg_create_physical_replication_slot('standby', true);"
                        + " ALTER ROLE postgres SET default_transaction_read_only = on");
            }
            first.stop(ShutdownMode.FAST);
            try (PostgresServer second = PostgresServer.builder("17")
                            .logical()
                            .standbyOf(first, "standby")
                            .start();
                    Sessions sessions = sessions(second, first)) {
                assertThatThrownBy(() -> sessions.open("test"))
                        .isInstanceOfSatisfying(
                                SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE));
                first.start();
                for (Function<Sessions, Connection> way : WAYS) {
                    assertThat(portOf(way.apply(sessions))).isEqualTo(first.port());
                }
                first.crash();
                try (Sql sql = Sql.open(() -> second.connect("postgres"))) {
                    sql.value("SELECT pg_promote()");
                }
                for (Function<Sessions, Connection> way : WAYS) {
                    assertThat(portOf(way.apply(sessions))).isEqualTo(second.port());
                }
            }
        }
    }

    @Test
    void aHostIsReadWithItsPort() {
        assertThat(ServerHost.parse("a", 5432)).isEqualTo(new ServerHost("a", 5432));
        assertThat(ServerHost.parse("a:5433", 5432)).isEqualTo(new ServerHost("a", 5433));
        assertThat(ServerHost.parse("::1", 5432)).isEqualTo(new ServerHost("::1", 5432));
        assertThat(ServerHost.parse("[::1]:5433", 5432)).isEqualTo(new ServerHost("::1", 5433));
        assertThatThrownBy(() -> ServerHost.parse("a:70000", 5432)).isInstanceOf(SyncException.class);
    }

    private static Sessions sessions(PostgresServer... servers) {
        List<Object> hosts = Arrays.stream(servers)
                .<Object>map(server -> server.host() + ":" + server.port())
                .toList();
        Endpoint endpoint = new Endpoint(
                "postgresql",
                Map.of(
                        "host",
                        hosts,
                        "database",
                        "postgres",
                        "user",
                        PostgresServer.USER,
                        "password",
                        new Secret(PostgresServer.PASSWORD)));
        return new Sessions(Side.SOURCE, ConnectionOptions.of(endpoint), new SessionOptions("hosts-test", ""));
    }

    private static int portOf(Connection session) throws SQLException {
        try (session;
                ResultSet row = session.createStatement()
                        .executeQuery("SELECT setting::int FROM pg_settings WHERE name = 'port'")) {
            row.next();
            return row.getInt(1);
        }
    }
}
