package io.syncline.postgresql.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import io.syncline.embedded.PostgresServer;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Places for several databases of one task file, on a server of three. */
class PlaceChecksTest {

    /** Each of the databases looks for itself, and they start at once: what one has taken another one does not need. */
    @ParameterizedTest
    @ValueSource(strings = {"9.6", "18"})
    void slotsAreNeededByAllDatabasesThatHaveNotStarted(String version) {
        try (PostgresServer server = serverWithThreePlaces(version);
                TestDatabase first = TestDatabase.create(server);
                TestDatabase second = TestDatabase.create(server);
                TestDatabase third = TestDatabase.create(server);
                Sql atSecond = second.sql();
                Prechecks checks = new Prechecks(first)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            Set<String> all = Set.of(first.name(), second.name(), third.name(), "of no server");
            String id = "source-replication-slots";
            assertThat(checks.together(Set.of(first.name(), second.name()))
                            .get(id)
                            .result())
                    .isEqualTo(Result.PASSED);
            Finding exact = checks.together(all).get(id);
            assertThat(exact.result()).isEqualTo(Result.WARNING);
            assertThat(exact.why())
                    .startsWith("3 databases of the task file have not started; each needs one. Besides");

            // Of a task whose name begins like this one's.
            atSecond.execute(
                    "SELECT pg_create_logical_replication_slot('dts_sync_checked_too_a1b2c3d4', 'test_decoding')");
            Finding scarce = checks.together(all).get(id);
            assertThat(scarce.result()).isEqualTo(Result.FAILED);
            assertThat(scarce.found()).isEqualTo("2 free replication slots (max_replication_slots is 3, 1 in use).");
            assertThat(scarce.why()).isEqualTo("3 databases of the task file have not started; each needs one.");
            assertThat(scarce.remedy()).startsWith("ALTER SYSTEM SET max_replication_slots = 5;");
            atSecond.execute("SELECT pg_drop_replication_slot('dts_sync_checked_too_a1b2c3d4')");

            atSecond.execute("SELECT pg_create_logical_replication_slot('dts_sync_checked_a1b2c3d4', 'test_decoding')");
            Finding begun = checks.together(all).get(id);
            assertThat(begun.result()).isEqualTo(Result.WARNING);
            assertThat(begun.why()).startsWith("2 databases of the task file have not started");
            assertThat(begun.remedy()).startsWith("ALTER SYSTEM SET max_replication_slots = 4;");
            assertThat(checks.together(Set.of(first.name(), third.name()))
                            .get(id)
                            .why())
                    .as("the slot is of a database that is not of the task file")
                    .startsWith("2 databases");
            checks.sql.execute(
                    "SELECT pg_create_physical_replication_slot('x'), pg_create_physical_replication_slot('y')");
            assertThat(checks.together(Set.of(second.name())).get(id).result()).isEqualTo(Result.WARNING);
            assertThat(checks.together(Set.of(first.name())).get(id).why())
                    .isEqualTo("1 database of the task file has not started; it needs one.");
            atSecond.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"9.6", "18"})
    void sendersAreNeededByAllDatabasesThatHaveNone(String version) throws SQLException {
        try (PostgresServer server = serverWithThreePlaces(version);
                TestDatabase first = TestDatabase.create(server);
                TestDatabase second = TestDatabase.create(server);
                TestDatabase third = TestDatabase.create(server);
                Sql atSecond = second.sql();
                Prechecks checks = new Prechecks(first)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            Set<String> all = Set.of(first.name(), second.name(), third.name());
            String id = "source-wal-senders";
            assertThat(checks.together(all).get(id).result()).isEqualTo(Result.WARNING);

            try (Sessions ours = sender(second, "a1b2c3d4");
                    Connection _ = ours.openReplication("stream");
                    Connection _ = ours.openReplication("exact snapshot")) {
                Finding scarce = checks.together(all).get(id);
                assertThat(scarce.result())
                        .as("a second one is of use to no other")
                        .isEqualTo(Result.FAILED);
                assertThat(scarce.why()).isEqualTo("2 databases of the task file have none yet; each needs one.");
                assertThat(scarce.remedy()).startsWith("ALTER SYSTEM SET max_wal_senders = 5;");
            }
            awaitNoSender(atSecond);
            atSecond.execute("SELECT pg_create_logical_replication_slot('dts_sync_checked_a1b2c3d4', 'test_decoding')");
            try (Sessions ours = sender(second, "a1b2c3d4");
                    Connection _ = ours.openReplication("stream")) {
                assertThat(checks.together(all).get(id).result()).isEqualTo(Result.WARNING);
            }
            awaitNoSender(atSecond);
            // Another task reads the same database.
            atSecond.execute("SELECT pg_create_logical_replication_slot('dts_sync_other_e5f6a7b8', 'test_decoding')");
            try (Sessions other = sender(second, "e5f6a7b8");
                    Connection _ = other.openReplication("stream")) {
                assertThat(checks.together(all).get(id).result()).isEqualTo(Result.FAILED);
            }
            atSecond.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        }
    }

    private static PostgresServer serverWithThreePlaces(String version) {
        return PostgresServer.builder(version)
                .logical()
                .setting("max_replication_slots", "3")
                .setting("max_wal_senders", "3")
                .start();
    }

    private static Sessions sender(TestDatabase database, String id) {
        return Prechecks.sessions(Side.SOURCE, database, "syncline " + id);
    }

    private static void awaitNoSender(Sql sql) {
        sql.await("SELECT count(*) FROM pg_stat_replication", "0", Duration.ofSeconds(30));
    }
}
