package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that takes encrypted connections with a client's certificate only, and a second authority that it knows nothing of. */
class TlsTest {

    private static final String USER = PostgresServer.USER;
    private static final String PASSPHRASE = "a passphrase";
    private static final List<Function<Sessions, Connection>> WAYS =
            List.of(s -> s.open("test"), s -> s.openReplication("test"));

    @TempDir
    private static Path folder;

    private static PostgresServer server;
    private static TestAuthority authority;
    private static TestAuthority stranger;
    private static TestAuthority.Pair client;

    @BeforeAll
    static void encrypt() throws Exception {
        authority = new TestAuthority(folder.resolve("authority"));
        stranger = new TestAuthority(folder.resolve("stranger"));
        client = authority.issue(USER);
        server = PostgresServer.builder("17").logical().start();
        authority.encrypt(server, authority.issue("server", "SAN=ip:127.0.0.1"));
        demand("hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-full");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void bothEndsProveThemselvesInEverySession() throws Exception {
        for (Function<Sessions, Connection> way : WAYS) {
            assertThat(clientOf(way, with(trusted("verify-full"), shown()))).isEqualTo("/CN=" + USER);
        }
    }

    @Test
    void aKeyMayBeEncrypted() throws Exception {
        Map<String, Object> options = with(trusted("verify-ca"), shown());
        options.put("tlsKey", authority.encrypted(USER, PASSPHRASE).toString());
        options.put("tlsKeyPassword", new Secret(PASSPHRASE));
        assertThat(clientOf(WAYS.getFirst(), options)).isEqualTo("/CN=" + USER);
        options.put("tlsKeyPassword", new Secret("another"));
        assertRefused(options, ErrorCode.TLS_FILES, "its key cannot be decrypted");
        options.remove("tlsKeyPassword");
        assertRefused(options, ErrorCode.TLS_FILES, "tlsKeyPassword is not set");
    }

    @Test
    void aServerThatDemandsACertificateGetsNoneByChance() {
        assertRefused(trusted("verify-full"), ErrorCode.AUTHENTICATION, "certificate");
        assertRefused(Map.of("tls", "prefer"), ErrorCode.AUTHENTICATION, "certificate");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNotTrusted() throws Exception {
        TestAuthority.Pair strange = stranger.issue(USER);
        for (String mode : List.of("require", "verify-ca", "verify-full")) {
            Map<String, Object> options = with(trusted(mode), shown());
            options.put("tlsRootCertificate", stranger.certificate().toString());
            assertRefused(options, ErrorCode.SOURCE_UNREACHABLE, "no encrypted connection came about");
        }
        Map<String, Object> options = trusted("verify-full");
        options.put("tlsCertificate", strange.certificate().toString());
        options.put("tlsKey", strange.key().toString());
        assertThatThrownBy(() -> clientOf(WAYS.getFirst(), options)).isInstanceOf(SyncException.class);
    }

    @Test
    void onlyVerifyFullReadsTheNameInTheCertificate() throws Exception {
        try (PostgresServer other = PostgresServer.builder("17").start()) {
            authority.encrypt(other, authority.issue("elsewhere", "SAN=dns:elsewhere"));
            awaitEncryption(other);
            open(other, trusted("verify-ca"), WAYS.getFirst());
            assertThatThrownBy(() -> open(other, trusted("verify-full"), WAYS.getFirst()))
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("127.0.0.1");
        }
    }

    @Test
    void aServerWithoutEncryptionIsRefusedUnlessItIsOnlyPreferred() throws Exception {
        try (PostgresServer plain = PostgresServer.builder("17").start()) {
            open(plain, Map.of("tls", "prefer"), WAYS.getFirst());
            for (String mode : List.of("require", "verify-ca", "verify-full")) {
                assertThatThrownBy(() -> open(plain, trusted(mode), WAYS.getFirst()))
                        .isInstanceOf(SyncException.class)
                        .hasMessageContaining("SSL");
            }
        }
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        String root = authority.certificate().toString();
        assertRefused(Map.of("tls", "prefer", "tlsRootCertificate", root), ErrorCode.TASK_FILE_INVALID, "prefer");
        assertRefused(Map.of("tls", "disable", "tlsRootCertificate", root), ErrorCode.TASK_FILE_INVALID, "disable");
        assertRefused(Map.of("tls", "verify-ca"), ErrorCode.TASK_FILE_INVALID, "tlsRootCertificate");
        assertRefused(Map.of("tlsKey", client.key().toString()), ErrorCode.TASK_FILE_INVALID, "tlsCertificate");
        assertRefused(
                Map.of("tlsRootCertificate", folder.resolve("none").toString()),
                ErrorCode.TLS_FILES,
                "NoSuchFileException");
        assertRefused(
                Map.of("tlsRootCertificate", client.key().toString()), ErrorCode.TLS_FILES, "holds no certificate");
    }

    private static Map<String, Object> trusted(String mode) {
        return new HashMap<>(Map.of(
                "tls", mode, "tlsRootCertificate", authority.certificate().toString()));
    }

    private static Map<String, Object> shown() {
        return Map.of(
                "tlsCertificate", client.certificate().toString(),
                "tlsKey", client.key().toString());
    }

    private static Map<String, Object> with(Map<String, Object> options, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(options);
        all.putAll(more);
        return all;
    }

    private static void assertRefused(Map<String, Object> options, ErrorCode code, String words) {
        for (Function<Sessions, Connection> way : WAYS) {
            assertThatThrownBy(() -> clientOf(way, options))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(words);
        }
    }

    /** Whom the server takes the session for, by its certificate. */
    private static String clientOf(Function<Sessions, Connection> way, Map<String, Object> options)
            throws SQLException {
        return open(server, options, way);
    }

    private static String open(PostgresServer server, Map<String, Object> options, Function<Sessions, Connection> way)
            throws SQLException {
        Map<String, Object> endpoint = with(
                Map.of(
                        "host",
                        server.host(),
                        "port",
                        (long) server.port(),
                        "database",
                        "postgres",
                        "user",
                        USER,
                        "password",
                        new Secret(PostgresServer.PASSWORD)),
                options);
        try (Sessions sessions = new Sessions(
                        Side.SOURCE,
                        ConnectionOptions.of(new Endpoint("postgresql", endpoint)),
                        new SessionOptions("tls-test", ""));
                Connection session = way.apply(sessions);
                ResultSet row = session.createStatement()
                        .executeQuery("SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private static void demand(String rule) throws IOException {
        Files.writeString(server.dataDirectory().resolve("pg_hba.conf"), rule + "\n");
        server.reload();
        Await.until("nobody enters without a certificate", Duration.ofSeconds(20), () -> {
            try (Connection open = server.connect("postgres")) {
                return open.isClosed();
            } catch (SQLException _) {
                return true;
            }
        });
    }

    private static void awaitEncryption(PostgresServer server) {
        Await.until("the server encrypts", Duration.ofSeconds(20), () -> {
            try (Connection open = server.connect("postgres");
                    ResultSet row = open.createStatement().executeQuery("SHOW ssl")) {
                row.next();
                return row.getString(1).equals("on");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
