package io.syncline.postgresql.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.postgresql.session.Dialect;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Advisory locks in place of the ledger's rows (T36), where a server of PostgreSQL's own can show what they hold. */
class LedgerLocksTest {

    private static final LedgerLocks LOCKS = new LedgerLocks(() -> Dialect.GREENPLUM_7);

    @Test
    void i7WritersShareATaskAndATakeoverWaitsForThem() throws SQLException {
        try (TestDatabase database = SharedPostgres.destinationDatabase("12");
                Connection writer = session(database);
                Connection another = session(database);
                Connection takeover = session(database)) {
            LOCKS.share(writer, "a");
            LOCKS.share(another, "a");
            LOCKS.own(takeover, "b");
            assertWaits(() -> LOCKS.own(takeover, "a"));
            takeover.rollback();
            writer.commit();
            assertWaits(() -> LOCKS.own(takeover, "a"));
            takeover.rollback();
            another.commit();
            LOCKS.own(takeover, "a");
            assertWaits(() -> LOCKS.share(writer, "a"));
        }
    }

    @Test
    void t20OneSessionWritesAStream() throws SQLException {
        try (TestDatabase database = SharedPostgres.destinationDatabase("12");
                Connection writer = session(database);
                Connection another = session(database)) {
            LOCKS.ownStream(writer, "a", "slot");
            LOCKS.ownStream(another, "a", "joining");
            LOCKS.share(another, "a");
            assertWaits(() -> LOCKS.ownStream(another, "a", "slot"));
            another.rollback();
            assertWaits(() -> LOCKS.own(another, "a"));
        }
    }

    @Test
    void rowsAreLockedWhereTheyCanBe() {
        assertThat(LOCKS.rows("FOR UPDATE")).isEmpty();
        assertThat(new LedgerLocks(() -> Dialect.POSTGRESQL).rows("FOR UPDATE")).isEqualTo(" FOR UPDATE");
    }

    @FunctionalInterface
    private interface Taking {
        void run() throws SQLException;
    }

    private static void assertWaits(Taking taking) {
        assertThatThrownBy(taking::run)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
    }

    private static Connection session(TestDatabase database) throws SQLException {
        Connection session = database.connect();
        try (Statement statement = session.createStatement()) {
            statement.execute("SET lock_timeout = '50ms'");
        }
        session.setAutoCommit(false);
        return session;
    }
}
