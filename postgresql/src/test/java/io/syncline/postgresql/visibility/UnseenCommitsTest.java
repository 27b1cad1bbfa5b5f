package io.syncline.postgresql.visibility;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.postgresql.load.LinkFixture;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of a stream's transactions, and what is told of a wait. */
class UnseenCommitsTest {

    private final TestDatabase database = SharedPostgres.sourceDatabase("15");
    private final Sql sql = database.sql();
    private final Sessions sessions =
            LinkFixture.sessions(Side.SOURCE, database, database.server().port());
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final UnseenCommits unseen = new UnseenCommits(sessions, 3, Duration.ZERO, told::add);

    @BeforeEach
    void table() {
        sql.execute("CREATE TABLE t (id int)");
    }

    @AfterEach
    void close() {
        sessions.close();
        sql.close();
        database.close();
    }

    private void tellEnded() {
        unseen.ofServer()
                .told(sql.value("INSERT INTO t VALUES (1) RETURNING txid_current() % (2::bigint ^ 32)::bigint"));
    }

    private static String begin(Connection writer) throws SQLException {
        writer.setAutoCommit(false);
        try (Statement statement = writer.createStatement();
                var row = statement.executeQuery(
                        "INSERT INTO t VALUES (2) RETURNING txid_current() % (2::bigint ^ 32)::bigint")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void i5ForgetsWhatHasEndedAndKeepsWhatRuns() throws SQLException {
        try (Connection writer = database.connect()) {
            unseen.ofServer().told(begin(writer));
            for (int i = 0; i < 20; i++) {
                tellEnded();
                assertThat(unseen.size()).isLessThanOrEqualTo(3);
            }
            CompletableFuture<Void> seen = awaitSeen();
            Await.until("it is waited for", Duration.ofSeconds(30), () -> !told.isEmpty());
            assertThat(seen).isNotDone();
            writer.rollback();
            assertThat(seen).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    @Test
    void whoWaitsIsToldForWhat() throws SQLException {
        try (Connection writer = database.connect()) {
            String xid = begin(writer);
            unseen.ofServer().told(xid);
            CompletableFuture<Void> seen = awaitSeen();
            Await.until("it is told", Duration.ofSeconds(30), () -> !told.isEmpty());
            assertThat(told.element())
                    .contains("transaction " + xid + " (process ")
                    .contains("reading rows again")
                    .contains("synchronous_standby_names");
            writer.commit();
            assertThat(seen).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    private CompletableFuture<Void> awaitSeen() {
        return CompletableFuture.runAsync(() -> {
            try {
                sessions.briefly("fetch", session -> {
                    unseen.awaitSeen(session);
                    return true;
                });
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
