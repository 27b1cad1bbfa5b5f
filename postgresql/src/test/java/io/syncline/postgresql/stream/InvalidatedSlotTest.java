package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Positions;
import io.syncline.embedded.PostgresServer;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that did not keep its log for us. */
class InvalidatedSlotTest {

    @ParameterizedTest
    @ValueSource(strings = {"13", "17"})
    void aSlotThatLostItsLogIsMissed(String version) {
        try (PostgresServer server = PostgresServer.builder(version)
                        .logical()
                        .setting("max_slot_wal_keep_size", "1MB")
                        .setting("max_wal_size", "32MB")
                        .start();
                StreamFixture fixture = new StreamFixture(TestDatabase.create(server))) {
            fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY)");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            log.requireIntact(Positions.of(PostgresStream.ID, start));
            for (int i = 0; i < 4; i++) {
                fixture.sql.execute("INSERT INTO item VALUES (" + i + "); SELECT pg_switch_wal()");
                fixture.sql.execute("CHECKPOINT");
            }
            fixture.sql.await("SELECT wal_status FROM pg_replication_slots", "lost", Duration.ofSeconds(20));
            assertThatThrownBy(() -> log.requireIntact(Positions.of(PostgresStream.ID, start)))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SLOT_MISSING))
                    .hasMessageContaining(fixture.slot());
            assertThatThrownBy(() -> StreamFixture.open(log, start))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SLOT_MISSING));
            assertThat(log.drop()).isEmpty();
        }
    }
}
