package io.syncline.postgresql.visibility;

import io.syncline.embedded.PostgresServer;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.postgresql.PGConnection;

/**
 * Commits of a server that are in its log and that nobody sees yet: they wait for a synchronous standby that does not exist (SyncRepWaitForLSN), until {@link #release}.
 */
final class HangingCommits implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private final PostgresServer server;
    private final String database;
    private final Sql looking;
    private final ExecutorService sessions = Executors.newCachedThreadPool();
    private volatile boolean released;

    private HangingCommits(PostgresServer server, String database) {
        this.server = server;
        this.database = database;
        this.looking = Sql.open(() -> server.connect(database));
    }

    /** From now on no commit ends that does not say {@code synchronous_commit = local}. */
    static HangingCommits on(PostgresServer server, String database) {
        HangingCommits hanging = new HangingCommits(server, database);
        hanging.looking.execute("CREATE TABLE probe (n int)");
        server.configure("synchronous_standby_names", "nobody");
        server.reload();
        // The setting counts once the checkpointer has told all processes of it: a commit that hangs is the proof.
        hanging.sessions.execute(hanging::commitUntilOneHangs);
        hanging.looking.await(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'probe'"
                        + " AND wait_event = 'SyncRep'",
                "1",
                LIMIT);
        return hanging;
    }

    private void commitUntilOneHangs() {
        try (Connection session = server.connect(database);
                Statement statement = session.createStatement()) {
            statement.execute("SET application_name = 'probe'");
            while (!released) {
                statement.execute("INSERT INTO probe VALUES (1)");
            }
        } catch (SQLException e) {
            // Without one that hangs the test fails by itself.
            released = true;
        }
    }

    /** Runs a statement in a session of its own, and returns once its commit hangs. */
    void commit(String sql) {
        CompletableFuture<Integer> pid = new CompletableFuture<>();
        sessions.execute(() -> {
            try (Connection session = server.connect(database);
                    Statement statement = session.createStatement()) {
                pid.complete(session.unwrap(PGConnection.class).getBackendPID());
                statement.execute(sql);
            } catch (SQLException e) {
                pid.completeExceptionally(e);
            }
        });
        int waiting = pid.join();
        Await.until(
                "the commit of " + sql + " hangs",
                LIMIT,
                () -> looking.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND pid = "
                                + waiting)
                        .equals("1"));
    }

    /** Asks in another session, which sees what all see. */
    Sql looking() {
        return looking;
    }

    /** Lets them end, one after the other. */
    void release() {
        released = true;
        server.configure("synchronous_standby_names", "");
        server.reload();
    }

    @Override
    public void close() {
        release();
        sessions.shutdown();
        looking.close();
    }
}
