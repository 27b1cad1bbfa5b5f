package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.ssh.TestSshServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TunnelledSessionsTest {

    private final PostgresServer server = SharedPostgres.source("17");
    private TestSshServer ssh;

    @BeforeEach
    void start() throws IOException {
        ssh = TestSshServer.start();
    }

    @AfterEach
    void stop() throws IOException {
        ssh.close();
    }

    @Test
    void everySocketGoesThroughTheTunnel() throws Exception {
        try (Sessions sessions = sessions(server.port(), TestSshServer.PASSWORD)) {
            try (Connection session = sessions.open("test");
                    Statement statement = session.createStatement()) {
                try (ResultSet row = statement.executeQuery("SELECT inet_client_port()")) {
                    row.next();
                    assertThat(ssh.forwarded()).isEqualTo(1);
                }
                statement.setQueryTimeout(1);
                assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(60)"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("57014"));
                assertThat(ssh.forwarded()).as("the cancel request too").isEqualTo(2);
            }
            sessions.openReplication("test").close();
            assertThat(ssh.forwarded()).isEqualTo(3);
            assertThat(sessions.connection().isLocal()).isFalse();
        }
    }

    @Test
    void aDatabaseThatTheSshServerDoesNotReachIsTold() {
        try (Sessions sessions = sessions(1, TestSshServer.PASSWORD)) {
            assertThatThrownBy(() -> sessions.open("test")).isInstanceOfSatisfying(SyncException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE);
                assertThat(e).hasMessageContaining("through the SSH tunnel");
            });
        }
    }

    @Test
    void anSshServerThatRefusesIsNoReasonToTryAgain() {
        try (Sessions sessions = sessions(server.port(), "wrong")) {
            assertThatThrownBy(() -> sessions.open("test"))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TUNNEL_REFUSED));
        }
    }

    private Sessions sessions(int port, String password) {
        Map<String, Object> tunnel = Map.of(
                "host",
                "127.0.0.1",
                "port",
                ssh.port(),
                "user",
                TestSshServer.USER,
                "password",
                new Secret(password),
                "hostKey",
                ssh.fingerprint());
        Endpoint endpoint = new Endpoint(
                "postgresql",
                Map.of(
                        "host",
                        "localhost",
                        "port",
                        port,
                        "database",
                        "postgres",
                        "user",
                        PostgresServer.USER,
                        "password",
                        new Secret(PostgresServer.PASSWORD),
                        "sshTunnel",
                        tunnel));
        return new Sessions(Side.SOURCE, ConnectionOptions.of(endpoint), new SessionOptions("tunnel-test", ""));
    }
}
