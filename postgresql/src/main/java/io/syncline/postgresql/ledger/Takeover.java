package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

/**
 * Takes a task over from a process that is silent (I7, T20): ends the sessions that it left, waits until every transaction that proved its epoch has ended, and raises
 * the epoch of the task and of its streams in one transaction. Whatever that process still sends, should it only have been paused, meets the newer epoch.
 */
final class Takeover {

    /** How long an ended session may take to undo its transaction. */
    private static final String PATIENCE = "30s";

    private final Sessions sessions;
    private final LedgerTables tables;
    private final TaskRows rows;
    private final LedgerLocks locks;

    Takeover(Sessions sessions, LedgerTables tables, TaskRows rows) {
        this.locks = new LedgerLocks(sessions::dialect);
        this.sessions = sessions;
        this.tables = tables;
        this.rows = rows;
    }

    /** @throws SyncException TASK_RUNNING, DESTINATION_BUSY when a transaction of the former owner does not end */
    Lease acquire(Connection connection, String task, String owner, Duration silence) throws SQLException {
        TaskEntry before = rows.require(connection, task);
        requireSilent(before, silence);
        endSessionsOf(connection, task);
        long epoch = lock(connection, task);
        TaskEntry locked = rows.require(connection, task);
        if (epoch != before.epoch()) {
            throw running(locked, silence);
        }
        requireSilent(locked, silence);
        raise(connection, task, owner, epoch + 1);
        return new Lease(task, epoch + 1);
    }

    private static void requireSilent(TaskEntry entry, Duration silence) {
        Duration since = entry.silence();
        if (since != null && since.compareTo(silence) < 0) {
            throw running(entry, silence);
        }
    }

    private static SyncException running(TaskEntry entry, Duration silence) {
        Duration since = entry.silence() == null ? Duration.ZERO : entry.silence();
        return new SyncException(
                ErrorCode.TASK_RUNNING,
                "task " + entry.task().name() + " (" + entry.task().id() + ") is run by " + entry.owner()
                        + ", which was seen " + seconds(since)
                        + " s ago; two processes must not write for one task",
                "Stop that process. When it is dead already, try again: after " + seconds(silence)
                        + " s of silence the task is taken over.");
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
    }

    /**
     * Ends sessions of our role whose application_name carries the task's id, but for those of this process and for those that began after this transaction: they
     * belong to whoever took the task over meanwhile.
     */
    private void endSessionsOf(Connection connection, String task) throws SQLException {
        String application = "syncline " + task;
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity AS a
                 WHERE a.datname = current_database() AND a.usename = current_user
                   AND (a.application_name = ? OR substr(a.application_name, 1, length(?)) = ?)
                   AND a.backend_start < now() AND NOT (a.pid = ANY (?))""")) {
            statement.setString(1, application);
            statement.setString(2, application + " ");
            statement.setString(3, application + " ");
            statement.setArray(
                    4, connection.createArrayOf("int4", sessions.processes().toArray()));
            statement.execute();
        }
    }

    /** It conflicts with what {@link Fence} takes: this waits for the former owner's transactions. */
    private long lock(Connection connection, String task) throws SQLException {
        try (Statement patience = connection.createStatement()) {
            patience.execute("SET LOCAL lock_timeout = '" + PATIENCE + "'");
        }
        locks.own(connection, task);
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT epoch FROM " + tables.task() + " WHERE id = ?" + locks.rows("FOR UPDATE"))) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw rows.unknown(task);
                }
                return row.getLong(1);
            }
        }
    }

    private void raise(Connection connection, String task, String owner, long epoch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + tables.task() + " SET epoch = ?, owner = ?, seen = clock_timestamp() WHERE id = ?")) {
            statement.setLong(1, epoch);
            statement.setString(2, owner);
            statement.setString(3, task);
            statement.executeUpdate();
        }
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE " + tables.stream() + " SET epoch = ? WHERE task = ?")) {
            statement.setLong(1, epoch);
            statement.setString(2, task);
            statement.executeUpdate();
        }
    }
}
