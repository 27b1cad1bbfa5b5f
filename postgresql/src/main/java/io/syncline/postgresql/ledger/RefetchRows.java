package io.syncline.postgresql.ledger;

import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.RefetchEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rows of the table {@code refetch}: keys that must be read again from the source, so that a crash does not forget them (T5). */
public final class RefetchRows {

    private final LedgerTables tables;

    public RefetchRows(LedgerTables tables) {
        this.tables = tables;
    }

    /** Adds keys, in the caller's transaction; those that are there already stay. */
    public void add(Connection connection, Lease lease, List<RefetchEntry> entries) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.refetch()
                + " (task, source_database, source_schema, source_table, key, stream, key_digest)"
                + " SELECT v.task, v.db, v.sch, v.tab, v.key, v.stream, md5(CAST(v.key AS text)) FROM"
                + " (SELECT CAST(? AS text), CAST(? AS text), CAST(? AS text), CAST(? AS text), CAST(? AS text[]),"
                + " CAST(? AS text)) AS v (task, db, sch, tab, key, stream) WHERE NOT EXISTS (SELECT 1 FROM "
                + tables.refetch() + " AS r"
                + " WHERE r.task = v.task AND r.source_database = v.db AND r.source_schema = v.sch"
                + " AND r.source_table = v.tab AND r.key_digest = md5(CAST(v.key AS text)))")) {
            for (RefetchEntry entry : entries) {
                SourceTable.set(statement, 1, lease.task(), entry.source());
                PositionsColumn.setTexts(statement, 5, entry.key());
                statement.setString(6, entry.stream().name());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Removes keys that were read, in the caller's transaction. */
    public void remove(Connection connection, Lease lease, List<RefetchEntry> entries) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM " + tables.refetch()
                + SourceTable.WHERE + " AND key_digest = md5(CAST(CAST(? AS text[]) AS text))")) {
            for (RefetchEntry entry : entries) {
                SourceTable.set(statement, 1, lease.task(), entry.source());
                PositionsColumn.setTexts(statement, 5, entry.key());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Removes all keys of a table, in the caller's transaction, which empties the table. */
    public void clear(Connection connection, Lease lease, TableId source) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + tables.refetch() + SourceTable.WHERE)) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.executeUpdate();
        }
    }

    List<RefetchEntry> read(Connection connection, String task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT source_database, source_schema, source_table, key, stream FROM " + tables.refetch()
                        + " WHERE task = ? ORDER BY source_database, source_schema, source_table, key_digest")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<RefetchEntry> entries = new ArrayList<>();
                while (row.next()) {
                    List<String> key = PositionsColumn.texts(row, "key");
                    entries.add(new RefetchEntry(
                            new StreamId(row.getString("stream")),
                            SourceTable.read(row),
                            key == null ? List.of() : key));
                }
                return entries;
            }
        }
    }
}
