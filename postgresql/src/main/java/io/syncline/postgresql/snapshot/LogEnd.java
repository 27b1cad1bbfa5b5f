package io.syncline.postgresql.snapshot;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An upper bound of what a snapshot sees (T21): the place up to which the log is <em>written</em>, asked for after the snapshot was taken. A transaction that committed
 * with synchronous_commit=off is visible before the log's durable end (pg_current_wal_flush_lsn) has reached it; so what such a snapshot reads may only be marked as
 * read once the log is flushed that far: else the source could forget in a crash what the destination keeps.
 */
public final class LogEnd {
    private LogEnd() {}

    /** Where the next record would go; in a transaction, to be asked after its first query. */
    public static Lsn inserted(Connection connection) throws SQLException {
        return ask(connection, "SELECT pg_catalog.pg_current_wal_insert_lsn()");
    }

    /**
     * Returns when the log is durable up to {@code end}. On an idle server nothing may flush it for seconds: then a message of no content is committed, which is flushed
     * with all that lies before it. It is flushed locally, for a standby that is away must not hold it up. Nobody decodes it: pgoutput sends messages only when asked.
     *
     * @param connection in autocommit
     */
    public static void flush(Connection connection, Lsn end) throws SQLException {
        if (flushed(connection).reached(end)) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL synchronous_commit = local");
            statement.execute("SELECT pg_catalog.pg_logical_emit_message(true, 'syncline', '')");
            connection.commit();
        } finally {
            connection.setAutoCommit(true);
        }
        Lsn flushed = flushed(connection);
        if (!flushed.reached(end)) {
            throw new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    "the source's log is durable up to " + flushed + " only after a commit that was flushed beyond "
                            + end + "; rows read now could be lost at the source in a crash",
                    "Check that fsync and the server's log are in order.");
        }
    }

    private static Lsn flushed(Connection connection) throws SQLException {
        return ask(connection, "SELECT pg_catalog.pg_current_wal_flush_lsn()");
    }

    private static Lsn ask(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return Lsn.parse(row.getString(1));
        }
    }
}
