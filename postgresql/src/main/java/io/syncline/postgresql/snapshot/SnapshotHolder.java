package io.syncline.postgresql.snapshot;

import io.syncline.api.error.ErrorCode;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A session that does nothing but keep a snapshot alive: a transaction that exported it and stays open, with all time-outs off (T22). Others import it as long as
 * this lives (PostgreSQL documentation, Snapshot Synchronization Functions).
 */
final class SnapshotHolder implements AutoCloseable {
    /** What is asked of the session. */
    @FunctionalInterface
    interface Question<T> {
        T of(Connection connection) throws SQLException;
    }

    private final Sessions sessions;
    private final Connection connection;
    private final String exported;

    private SnapshotHolder(Sessions sessions, Connection connection, String exported) {
        this.sessions = sessions;
        this.connection = connection;
        this.exported = exported;
    }

    /** Holds what is visible now. */
    static SnapshotHolder take(Sessions sessions) {
        return hold(sessions, null);
    }

    /** Holds a snapshot that another session exported, which may end when this returns. @throws io.syncline.api.error.SyncException SNAPSHOT_LOST when it did before */
    static SnapshotHolder adopt(Sessions sessions, String exported) {
        return hold(sessions, exported);
    }

    /** The name under which others import it. */
    String exported() {
        return exported;
    }

    <T> T ask(String doing, Question<T> question) {
        try {
            return question.of(connection);
        } catch (SQLException e) {
            throw sessions.errors().of(e, doing, ErrorCode.SNAPSHOT_LOST);
        }
    }

    @Override
    public void close() {
        sessions.end(connection);
    }

    /**
     * Makes the session's next transaction see a snapshot from its first statement on.
     *
     * @param connection in a new transaction
     */
    static void use(Connection connection, String exported) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION SNAPSHOT " + Quoting.literal(exported));
        }
    }

    /** Makes all transactions of a session ones that can see a snapshot. */
    static void prepare(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
    }

    private static SnapshotHolder hold(Sessions sessions, @Nullable String imported) {
        Connection connection = sessions.open("snapshot");
        try {
            prepare(connection);
            if (imported != null) {
                use(connection, imported);
            }
            return new SnapshotHolder(sessions, connection, export(connection));
        } catch (SQLException e) {
            sessions.end(connection);
            throw sessions.errors().of(e, "taking a snapshot", ErrorCode.SNAPSHOT_LOST);
        }
    }

    private static String export(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
            row.next();
            return row.getString(1);
        }
    }
}
