package io.syncline.postgresql.snapshot;

import io.syncline.api.error.ErrorCode;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The one session beside a snapshot that sees the present: what a table is now and how large it is. Opened when first needed, and again after it was lost; shared by
 * the snapshot's readers, one at a time. In autocommit.
 */
final class PresentSession implements AutoCloseable {
    /** What is done in the session; nothing of it is kept when it fails. */
    @FunctionalInterface
    interface Work {
        void in(Connection connection) throws SQLException;
    }

    private final Sessions sessions;
    private @Nullable Connection connection;

    PresentSession(Sessions sessions) {
        this.sessions = sessions;
    }

    synchronized <T> T ask(String doing, SnapshotHolder.Question<T> question) {
        try {
            return question.of(connection());
        } catch (SQLException e) {
            throw sessions.errors().of(e, doing, ErrorCode.SOURCE_SETTINGS);
        }
    }

    synchronized void run(String doing, Work work) {
        try {
            work.in(connection());
        } catch (SQLException e) {
            throw sessions.errors().of(e, doing, ErrorCode.SOURCE_SETTINGS);
        }
    }

    @Override
    public synchronized void close() {
        Connection ending = connection;
        connection = null;
        sessions.end(ending);
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null || open.isClosed()) {
            open = sessions.open("plan");
            connection = open;
        }
        return open;
    }
}
