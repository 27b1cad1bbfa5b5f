package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Proves, as the first statement of a destination transaction, that a lease still holds, and keeps it from being taken over until the transaction's end (I7, T20).
 *
 * <p>Where rows are locked, the lock is FOR KEY SHARE: a takeover locks the task's row FOR UPDATE and so waits for every transaction that proved the older epoch, while the heartbeat and
 * the written state, which touch no key column, do not wait for a long one (PostgreSQL documentation, Row-Level Locks).
 */
public final class Fence {

    private final LedgerTables tables;
    private final LedgerLocks locks;

    public Fence(LedgerTables tables, LedgerLocks locks) {
        this.tables = tables;
        this.locks = locks;
    }

    /**
     * Must be the first statement of the transaction; returns when the server has answered.
     *
     * @param connection with autocommit off
     * @throws SyncException FENCED when the task has a newer epoch, or is gone
     */
    public void prove(Connection connection, Lease lease) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("a lease is proven inside a transaction");
        }
        locks.share(connection, lease.task());
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT 1 FROM " + tables.task() + " WHERE id = ? AND epoch = ?" + locks.rows("FOR KEY SHARE"))) {
            statement.setString(1, lease.task());
            statement.setLong(2, lease.epoch());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw fenced(lease);
                }
            }
        }
    }

    /** What a writer is told whose lease another process has. */
    public static SyncException fenced(Lease lease) {
        return new SyncException(
                ErrorCode.FENCED,
                "task " + lease.task() + ": another process has taken the task over (this one wrote under epoch "
                        + lease.epoch() + "), or the task was cleaned; nothing more is written here",
                "Look for the other process with the status command; run the task in one place only.");
    }
}
