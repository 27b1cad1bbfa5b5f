package io.syncline.postgresql.ledger;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The rows of the table {@code refreshed}: of which moment the rows of a table are that is loaded anew from time to time. */
public final class RefreshedRows {

    private final LedgerTables tables;

    public RefreshedRows(LedgerTables tables) {
        this.tables = tables;
    }

    /** In the caller's transaction, which gives the table those rows. */
    public void note(Connection connection, Lease lease, TableId source, Instant readAt) throws SQLException {
        forget(connection, lease, source);
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.refreshed()
                + " (task, source_database, source_schema, source_table, read_at) VALUES (?, ?, ?, ?, ?)")) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.setTimestamp(5, Timestamp.from(readAt));
            statement.executeUpdate();
        }
    }

    /** Of a table that follows its changes from now on. */
    void forget(Connection connection, Lease lease, TableId source) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + tables.refreshed() + SourceTable.WHERE)) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.executeUpdate();
        }
    }

    /** @param format of the ledger: the table may be younger */
    Map<TableId, Instant> read(Connection connection, int format, String task) throws SQLException {
        Map<TableId, Instant> refreshed = new TreeMap<>();
        if (format < LedgerSchema.REFRESHED) {
            return refreshed;
        }
        try (PreparedStatement query =
                connection.prepareStatement("SELECT * FROM " + tables.refreshed() + " WHERE task = ?")) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    refreshed.put(
                            SourceTable.read(row), row.getTimestamp("read_at").toInstant());
                }
            }
        }
        return refreshed;
    }
}
