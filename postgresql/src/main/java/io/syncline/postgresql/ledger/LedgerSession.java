package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One session of the ledger, opened when it is first needed and again after it was lost. Its transactions are short and run one after the other, whichever thread asks.
 */
final class LedgerSession {

    /** What is done inside a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** What is written inside a transaction. */
    @FunctionalInterface
    interface Write {
        void in(Connection connection) throws SQLException;
    }

    private final Sessions sessions;
    private final String purpose;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Connection current;

    LedgerSession(Sessions sessions, String purpose) {
        this.sessions = sessions;
        this.purpose = purpose;
    }

    /**
     * Commits what {@code work} did, or rolls it back when it throws.
     *
     * @param doing for messages, to go after "while"
     */
    <T> T read(String doing, Work<T> work) {
        lock.lock();
        try {
            return committed(connection(), work);
        } catch (SQLException e) {
            throw sessions.errors().of(e, doing, ErrorCode.LEDGER_INVALID);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #read}, for work without a result. */
    void write(String doing, Write write) {
        read(doing, connection -> {
            write.in(connection);
            return true;
        });
    }

    private <T> T committed(Connection connection, Work<T> work) throws SQLException {
        try {
            T result = work.in(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollBack(connection, e);
            throw e;
        }
    }

    private Connection connection() throws SQLException {
        Connection open = current;
        if (open == null || open.isClosed()) {
            open = sessions.open(purpose);
            open.setAutoCommit(false);
            current = open;
        }
        return open;
    }

    /** A session that cannot even roll back is given up: the server ends its transaction with it. */
    private void rollBack(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
            current = null;
            abort(connection, failure);
        }
    }

    private static void abort(Connection connection, Exception failure) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
