package io.syncline.postgresql.snapshot;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.WalsenderAnswers;
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
    /** Ten a second. */
    private static final int LOOKS = 600;

    private LogEnd() {}

    /** Where the next record would go; in a transaction, to be asked after its first query. */
    public static Lsn inserted(Connection connection) throws SQLException {
        return ask(
                connection,
                "SELECT " + ServerRelease.insertPosition(ServerRelease.reaches(connection, ServerRelease.MODERN)));
    }

    /**
     * Returns when the log is durable up to {@code end}. On an idle server nothing may flush it for seconds: then a message of no content is committed, which is flushed
     * with all that lies before it. It is flushed locally, for a standby that is away must not hold it up. Nobody decodes it into a change.
     *
     * <p>Before 9.6 there are no such messages. There the server's own processes flush what is written, within seconds (wal_writer_delay, the records of running
     * transactions), and it is waited for.
     *
     * @param connection in autocommit
     */
    public static void flush(Sessions sessions, Connection connection, Lsn end) throws SQLException {
        if (!ServerRelease.reaches(connection, ServerRelease.TELLS_OF_ITSELF)) {
            awaitFlush(sessions, connection, end);
            return;
        }
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
        require(flushed(connection), end);
    }

    private static void require(Lsn flushed, Lsn end) {
        if (!flushed.reached(end)) {
            throw new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    "the source's log is durable up to " + flushed + " only, although it was written beyond " + end
                            + "; rows read now could be lost at the source in a crash",
                    "Check that fsync and the server's log are in order.");
        }
    }

    private static void awaitFlush(Sessions sessions, Connection connection, Lsn end) throws SQLException {
        Connection walsender = sessions.openReplication("flush");
        try (Statement waiting = connection.createStatement()) {
            for (int look = 1;
                    look < LOOKS && !WalsenderAnswers.ask(walsender).flushed().reached(end);
                    look++) {
                waiting.execute("SELECT pg_catalog.pg_sleep(0.1)");
            }
            require(WalsenderAnswers.ask(walsender).flushed(), end);
        } finally {
            sessions.end(walsender);
        }
    }

    private static Lsn flushed(Connection connection) throws SQLException {
        return ask(
                connection,
                ServerRelease.reaches(connection, ServerRelease.MODERN)
                        ? "SELECT pg_catalog.pg_current_wal_flush_lsn()"
                        : "SELECT pg_catalog.pg_current_xlog_flush_location()");
    }

    private static Lsn ask(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return Lsn.parse(row.getString(1));
        }
    }
}
