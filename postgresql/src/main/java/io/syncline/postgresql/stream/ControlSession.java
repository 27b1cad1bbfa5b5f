package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.postgresql.session.Pause;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One session for the statements around a stream, opened when first needed and again after it broke. Thread-safe: statements of several threads follow each other.
 * It ends with the {@link Sessions}.
 */
final class ControlSession {

    /** While a statement waits for a lock on a table, every later statement on that table waits behind it: applications must not feel it. */
    static final String LOCK_TIMEOUT = "1s";

    static final int LOCK_ATTEMPTS = 30;
    private static final Duration LOCK_PAUSE = Duration.ofMillis(500);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Sessions sessions;
    private @Nullable Connection connection;

    ControlSession(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Something done with a session in autocommit. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * @param doing for messages: {@code creating the publication}
     * @param otherwise the failure's code when it is neither of the connection nor of rights
     */
    synchronized <T> T run(String doing, ErrorCode otherwise, Work<T> work) {
        try {
            return work.run(connection());
        } catch (SQLException e) {
            if (SqlErrors.isConnectionLoss(e)) {
                connection = null;
            }
            throw sessions.errors().of(e, doing, otherwise);
        }
    }

    /** Executes a statement in a transaction of its own, giving up and trying again while somebody holds a lock that it needs. */
    static void patiently(Connection connection, String sql) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
                statement.execute(sql);
                connection.commit();
                return;
            } catch (SQLException e) {
                if (!SqlErrors.state(e).equals(LOCK_NOT_AVAILABLE) || attempt == LOCK_ATTEMPTS) {
                    throw e;
                }
            } finally {
                if (!connection.isClosed()) {
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
            }
            Pause.of(LOCK_PAUSE, "a lock");
        }
    }

    private Connection connection() throws SQLException {
        Connection current = connection;
        if (current == null || current.isClosed()) {
            current = sessions.open("control");
            connection = current;
        }
        return current;
    }
}
