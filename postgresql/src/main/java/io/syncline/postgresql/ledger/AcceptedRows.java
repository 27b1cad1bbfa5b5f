package io.syncline.postgresql.ledger;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** The rows of the table {@code accepted}: what the task document said of each table when that was last accepted. */
final class AcceptedRows {

    private final LedgerTables tables;

    AcceptedRows(LedgerTables tables) {
        this.tables = tables;
    }

    Map<TableId, String> read(Connection connection, String task) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT * FROM " + tables.accepted() + " WHERE task = ?")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                Map<TableId, String> words = new TreeMap<>();
                while (row.next()) {
                    words.put(SourceTable.read(row), row.getString("words"));
                }
                return words;
            }
        }
    }

    /** Writes or replaces the words of some tables. */
    void write(Connection connection, Lease lease, Map<TableId, String> words) throws SQLException {
        try (PreparedStatement stale =
                        connection.prepareStatement("DELETE FROM " + tables.accepted() + SourceTable.WHERE);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO " + tables.accepted()
                        + " (task, source_database, source_schema, source_table, words) VALUES (?, ?, ?, ?, ?)")) {
            for (Map.Entry<TableId, String> entry : words.entrySet()) {
                SourceTable.set(stale, 1, lease.task(), entry.getKey());
                stale.addBatch();
                SourceTable.set(insert, 1, lease.task(), entry.getKey());
                insert.setString(5, entry.getValue());
                insert.addBatch();
            }
            stale.executeBatch();
            insert.executeBatch();
        }
    }
}
