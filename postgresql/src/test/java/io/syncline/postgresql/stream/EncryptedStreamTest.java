package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.port.ChangeStream;
import io.syncline.embedded.PostgresServer;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream under TLS waits beneath the encryption and must see every byte of it. */
class EncryptedStreamTest {

    private static final String PASSWORD = "changeit";

    @Test
    void rowsOfEverySizeArrive(@TempDir Path folder) throws Exception {
        try (PostgresServer server = PostgresServer.builder("17").logical().start();
                StreamFixture fixture = new StreamFixture(TestDatabase.create(server))) {
            encrypt(server, folder);
            fixture.sql.await("SHOW ssl", "on", Duration.ofSeconds(10));
            fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY, x text)");
            PostgresChangeLog log = fixture.log(fixture.run(
                    "syncline " + fixture.taskId(),
                    fixture.database.user(),
                    fixture.database.password(),
                    TlsMode.REQUIRE));
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                assertThat(fixture.sql.value("SELECT ssl FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)"))
                        .isEqualTo("t");
                fixture.sql.execute("INSERT INTO item SELECT g, repeat('x', g) FROM generate_series(1, 5000) g");
                fixture.sql.execute("INSERT INTO item VALUES (0, repeat('y', 3000000))");
                long bytes = 0;
                for (int rows = 0; rows < 5001; ) {
                    ChangeEvent event = stream.poll(Duration.ofSeconds(20));
                    assertThat(event).isNotNull();
                    if (event instanceof ChangeEvent.Insert insert) {
                        bytes += insert.after().length(1);
                        rows++;
                    }
                }
                assertThat(bytes).isEqualTo(5000L * 5001 / 2 + 3_000_000);
                assertThat(stream.poll(Duration.ofSeconds(20))).isInstanceOf(ChangeEvent.Commit.class);
            }
        }
    }

    private static void encrypt(PostgresServer server, Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        byte[] key = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
        place(server, "server.key", "PRIVATE KEY", key);
        place(server, "server.crt", "CERTIFICATE", keys.getCertificate("server").getEncoded());
        server.configure("ssl", "on");
        server.reload();
    }

    /** The server wants to own its key, and nobody else to read it. */
    private static void place(PostgresServer server, String name, String kind, byte[] content) throws IOException {
        Path file = server.dataDirectory().resolve(name);
        Files.write(
                file,
                List.of(
                        "-----BEGIN " + kind + "-----",
                        Base64.getMimeEncoder().encodeToString(content),
                        "-----END " + kind + "-----"));
        Files.setOwner(file, Files.getOwner(server.dataDirectory()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
