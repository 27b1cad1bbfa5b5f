package io.syncline.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestDatabaseTest {

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void isDroppedWithItsSlotsAndSessions(String version) throws Exception {
        TestDatabase database = SharedPostgres.sourceDatabase(version);
        try (Sql forgotten = database.sql()) {
            forgotten.rows("SELECT pg_create_logical_replication_slot('forgotten_' || current_database(), 'pgoutput')");
            database.close();
            try (Sql sql = Sql.open(() -> database.server().connect("postgres"))) {
                assertThat(sql.number("SELECT count(*) FROM pg_database WHERE datname = ?", database.name()))
                        .isZero();
                assertThat(sql.number("SELECT count(*) FROM pg_replication_slots WHERE database = ?", database.name()))
                        .isZero();
            }
        }
    }

    @Test
    void sourceAndDestinationAreTwoClusters() {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql left = source.sql();
                Sql right = destination.sql()) {
            String identifier = "SELECT system_identifier FROM pg_control_system()";
            assertThat(left.value(identifier)).isNotEqualTo(right.value(identifier));
            assertThat(SharedPostgres.source("17")).isSameAs(source.server());
        }
    }

    @Test
    void readsRowsInTextFormAndAwaitsValues() {
        try (TestDatabase database = SharedPostgres.sourceDatabase("17");
                Sql sql = database.sql();
                Sql other = database.sql()) {
            sql.execute("CREATE TABLE t (id int, note text); INSERT INTO t VALUES (1, 'a;b'), (2, NULL)");
            assertThat(sql.rows("SELECT * FROM t ORDER BY id"))
                    .containsExactly(Arrays.asList("1", "a;b"), Arrays.asList("2", null));
            Thread writer = Thread.startVirtualThread(() -> other.execute("INSERT INTO t VALUES (3, '')"));
            sql.await("SELECT count(*) FROM t", "3", Duration.ofSeconds(10));
            assertThat(writer).isNotNull();
            assertThatThrownBy(() -> sql.await("SELECT count(*) FROM t", "4", Duration.ofMillis(50)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("last seen 3");
            assertThatThrownBy(() -> sql.execute("SELECT nothing"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("SELECT nothing");
        }
    }
}
