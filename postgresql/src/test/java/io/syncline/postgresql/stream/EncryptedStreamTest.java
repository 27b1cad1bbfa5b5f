package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.port.ChangeStream;
import io.syncline.embedded.PostgresServer;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.TestAuthority;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream under TLS waits beneath the encryption and must see every byte of it. */
class EncryptedStreamTest {

    @Test
    void rowsOfEverySizeArrive(@TempDir Path folder) throws Exception {
        try (PostgresServer server = PostgresServer.builder("17").logical().start();
                StreamFixture fixture = new StreamFixture(TestDatabase.create(server))) {
            TestAuthority authority = new TestAuthority(folder);
            authority.encrypt(server, authority.issue("localhost"));
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
}
