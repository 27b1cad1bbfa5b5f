package io.syncline.postgresql.apply;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.Fence;
import io.syncline.postgresql.ledger.LedgerLocks;
import io.syncline.postgresql.ledger.LedgerTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The ledger's row of the stream, as the stream's writer uses it: locked first, written last (I2, T20). A takeover raises the epoch of the task and of its streams in one
 * transaction and waits for this lock, so the stream's epoch stands for both (I7).
 */
final class StreamRow {

    private static final String KEY = " WHERE task = ? AND stream = ? AND epoch = ?";

    private static final String DIVISION_BY_ZERO = "22012";

    private final Connection connection;
    private final LedgerLocks locks;
    private final Lease lease;
    private final StreamId stream;
    private final PreparedStatement lock;
    private final PreparedStatement advance;
    private final PreparedStatement raise;
    private final PreparedStatement touch;

    /** @param afterLock commands that go out together with the lock, each after a semicolon, and run once it is held */
    StreamRow(
            Connection connection,
            LedgerTables tables,
            LedgerLocks locks,
            Lease lease,
            StreamId stream,
            String afterLock)
            throws SQLException {
        this.connection = connection;
        this.locks = locks;
        this.lease = lease;
        this.stream = stream;
        this.lock = connection.prepareStatement("SELECT position FROM " + tables.stream() + KEY + " AND position = ?"
                + locks.rows("FOR UPDATE") + afterLock);
        this.advance = connection.prepareStatement("WITH written AS (UPDATE " + tables.stream() + " SET position = ?"
                + KEY + " RETURNING 1) SELECT 1 / count(*) FROM written; COMMIT");
        this.raise = connection.prepareStatement("UPDATE " + tables.stream() + " SET catch_up_to = ?" + KEY);
        this.touch = connection.prepareStatement("UPDATE " + tables.stream() + " SET position = position" + KEY);
    }

    StreamId stream() {
        return stream;
    }

    /** Begins the transaction: nothing was sent before it. @throws io.syncline.api.error.SyncException FENCED */
    void lock(Position previous) throws SQLException {
        locks.ownStream(connection, lease.task(), stream.name());
        key(lock, 1);
        lock.setString(4, previous.text());
        lock.execute();
        try (ResultSet row = lock.getResultSet()) {
            if (!row.next()) {
                throw Fence.fenced(lease);
            }
        }
    }

    /** In one round trip, so that a row which is not there must stop the server by itself before it comes to COMMIT: it divides by the rows that were written. */
    void advanceAndCommit(Position position) throws SQLException {
        advance.setString(1, position.text());
        key(advance, 2);
        try {
            advance.execute();
        } catch (SQLException e) {
            if (DIVISION_BY_ZERO.equals(e.getSQLState())) {
                throw Fence.fenced(lease);
            }
            throw e;
        }
    }

    void catchUpTo(Position position) throws SQLException {
        raise.setString(1, position.text());
        requireOne(raise);
    }

    /** Writes the row as it is: a transaction that wrote nothing has no commit that could wait. */
    void touch() throws SQLException {
        requireOne(touch, 1);
    }

    private void requireOne(PreparedStatement update) throws SQLException {
        requireOne(update, 2);
    }

    private void requireOne(PreparedStatement update, int key) throws SQLException {
        key(update, key);
        if (update.executeUpdate() != 1) {
            throw Fence.fenced(lease);
        }
    }

    private void key(PreparedStatement statement, int parameter) throws SQLException {
        statement.setString(parameter, lease.task());
        statement.setString(parameter + 1, stream.name());
        statement.setLong(parameter + 2, lease.epoch());
    }
}
