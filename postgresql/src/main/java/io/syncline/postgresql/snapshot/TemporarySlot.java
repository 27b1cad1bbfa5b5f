package io.syncline.postgresql.snapshot;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * A logical slot that ends with its session, made for the exact snapshot that comes with it: the one that sees the transactions that committed up to the slot's
 * consistent point, and no others (PostgreSQL documentation, Streaming Replication Protocol, CREATE_REPLICATION_SLOT). The server waits for the transactions that
 * are open when it is made.
 */
final class TemporarySlot implements AutoCloseable {
    private final Sessions sessions;
    private final Connection connection;
    private final Lsn consistentPoint;
    private final String snapshot;

    private TemporarySlot(Sessions sessions, Connection connection, Lsn consistentPoint, String snapshot) {
        this.sessions = sessions;
        this.connection = connection;
        this.consistentPoint = consistentPoint;
        this.snapshot = snapshot;
    }

    /** @throws SyncException SOURCE_SETTINGS when wal_level or the number of slots or senders does not allow it, SOURCE_RIGHTS without REPLICATION */
    static TemporarySlot create(Sessions sessions) {
        String name = "syncline_snapshot_" + UUID.randomUUID().toString().replace("-", "");
        Connection connection = sessions.openReplication("exact snapshot");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("CREATE_REPLICATION_SLOT " + Quoting.identifier(name)
                        + " TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT")) {
            row.next();
            return new TemporarySlot(
                    sessions, connection, Lsn.parse(row.getString("consistent_point")), row.getString("snapshot_name"));
        } catch (SQLException e) {
            sessions.end(connection);
            throw failure(sessions, e);
        }
    }

    /** 53400: all slots are in use; 55000: wal_level is below logical. */
    private static SyncException failure(Sessions sessions, SQLException e) {
        String state = SqlErrors.state(e);
        if (state.equals("53400") || state.equals("55000")) {
            return new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    "source " + sessions.connection().address()
                            + " gives no temporary replication slot, without which there is no exact snapshot: "
                            + e.getMessage(),
                    "Set wal_level = logical, and max_replication_slots and max_wal_senders to at least one more than are in use.",
                    e);
        }
        return sessions.errors().of(e, "making a temporary replication slot", ErrorCode.SOURCE_SETTINGS);
    }

    Lsn consistentPoint() {
        return consistentPoint;
    }

    /** The exported snapshot's name, valid until this is closed. */
    String snapshot() {
        return snapshot;
    }

    @Override
    public void close() {
        sessions.end(connection);
    }
}
