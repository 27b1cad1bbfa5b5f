package io.syncline.postgresql.load;

import io.syncline.postgresql.session.ReplicaRole;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The session of one loader, whose transactions write rows only: where the role may, triggers, rules and foreign keys of the destination do not fire in it (T2). Opened
 * when first needed, and again after it was given up.
 */
final class LoadSession implements AutoCloseable {
    private final Sessions sessions;
    private @Nullable Connection current;

    LoadSession(Sessions sessions) {
        this.sessions = sessions;
    }

    /** With autocommit off; outside of a transaction. */
    Connection connection() throws SQLException {
        Connection open = current;
        if (open == null || open.isClosed()) {
            open = sessions.open("load");
            current = open;
            ReplicaRole.take(open);
            open.setAutoCommit(false);
        }
        return open;
    }

    /** Ends the session, which makes the server undo its transaction: quicker and surer than to end an open COPY in good order. */
    void undo() {
        try {
            abort();
        } catch (SQLException e) {
            throw sessions.errors().of(e, "undoing a chunk", sessions.side().unreachable());
        }
    }

    /** {@link #undo()} because of a failure, which takes up what goes wrong here. */
    void giveUp(Exception failure) {
        try {
            abort();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private void abort() throws SQLException {
        Connection ending = current;
        current = null;
        if (ending != null) {
            ending.abort(Runnable::run);
        }
    }

    @Override
    public void close() {
        Connection ending = current;
        current = null;
        sessions.end(ending);
    }
}
