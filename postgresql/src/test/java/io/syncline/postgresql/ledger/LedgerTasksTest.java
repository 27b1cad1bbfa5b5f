package io.syncline.postgresql.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.postgresql.session.Sessions;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tasks of one destination see of each other. */
class LedgerTasksTest {

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void allTasksAreListedWhateverTheirNamesAndSources(String version) {
        try (TestDatabase database = SharedPostgres.destinationDatabase(version);
                Sessions one = TestSessions.of(database, "syncline one");
                Sessions another = TestSessions.of(database, "syncline another")) {
            PostgresLedger ledger = new PostgresLedger(one, new LedgerTables("syncline"));
            assertThat(ledger.tasks()).as("not installed").isEmpty();
            ledger.install();
            assertThat(ledger.tasks()).isEmpty();

            TaskEntry shop = ledger.register("shop", "postgresql://a:1/x", "some words");
            TaskEntry billing = ledger.register("billing", "postgresql://b:1/y", "other words");
            ledger.acquire(billing.task().id(), "process 2", Duration.ofSeconds(10));

            assertThat(new PostgresLedger(another, new LedgerTables("syncline")).tasks())
                    .satisfiesExactly(
                            entry -> {
                                assertThat(entry.task()).isEqualTo(shop.task());
                                assertThat(entry.sourceAddress()).isEqualTo("postgresql://a:1/x");
                                assertThat(entry.accepted()).isEqualTo("some words");
                                assertThat(entry.silence()).isNull();
                            },
                            entry -> {
                                assertThat(entry.task()).isEqualTo(billing.task());
                                assertThat(entry.accepted()).isEqualTo("other words");
                                assertThat(entry.silence()).isLessThan(Duration.ofSeconds(10));
                            });
        }
    }
}
