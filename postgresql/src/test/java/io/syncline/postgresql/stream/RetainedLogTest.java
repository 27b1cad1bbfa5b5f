package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.RetainedLog;
import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.TestDatabase;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server says that it keeps for a slot. */
class RetainedLogTest {

    private static final String WRITE = "INSERT INTO item SELECT g, repeat('x', 1000) FROM generate_series(1, 20000) g";
    private static final long WRITTEN = 20_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"9.6", "12", "18"})
    void growsWithWhatIsWritten(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY, t text)");
            PostgresChangeLog log = fixture.log(fixture.run());
            assertThat(log.retained()).isEmpty();
            StreamFixture.create(log, fixture.tables("item"));
            RetainedLog before = log.retained().orElseThrow();
            fixture.sql.execute(WRITE);
            RetainedLog after = log.retained().orElseThrow();
            assertThat(after.bytes() - before.bytes()).isBetween(WRITTEN, 5 * WRITTEN);
            assertThat(after.left()).isNull();
            assertThat(after.catalogAge()).isGreaterThanOrEqualTo(before.catalogAge());
        }
    }

    @Test
    void tellsHowMuchMayStillCome() {
        try (PostgresServer server = PostgresServer.builder("17")
                        .logical()
                        .setting("max_slot_wal_keep_size", "256MB")
                        .start();
                StreamFixture fixture = new StreamFixture(TestDatabase.create(server))) {
            fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY, t text)");
            PostgresChangeLog log = fixture.log(fixture.run());
            StreamFixture.create(log, fixture.tables("item"));
            long before = left(log);
            fixture.sql.execute(WRITE);
            assertThat(before - left(log)).isBetween(WRITTEN, 5 * WRITTEN);
        }
    }

    private static long left(PostgresChangeLog log) {
        return Objects.requireNonNull(log.retained().orElseThrow().left());
    }
}
