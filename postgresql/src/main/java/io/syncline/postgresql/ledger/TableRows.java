package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.PositionReader;
import io.syncline.api.port.Ledger.TableEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rows of the table {@code table_load}, with their chunks. */
public final class TableRows {

    private final LedgerTables tables;
    private final ChunkRows chunks;

    public TableRows(LedgerTables tables, ChunkRows chunks) {
        this.tables = tables;
        this.chunks = chunks;
    }

    List<TableEntry> read(Connection connection, String task, PositionReader positions) throws SQLException {
        Map<TableId, List<ChunkEntry>> chunksOf = chunks.read(connection, task, positions);
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM " + tables.tableLoad()
                + " WHERE task = ? ORDER BY source_database, source_schema, source_table")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<TableEntry> entries = new ArrayList<>();
                while (row.next()) {
                    TableId source = SourceTable.read(row);
                    entries.add(new TableEntry(
                            source,
                            new TableId(
                                    row.getString("database_name"),
                                    row.getString("schema_name"),
                                    row.getString("table_name")),
                            row.getLong("source_version"),
                            row.getString("source_shape"),
                            LoadStatus.valueOf(row.getString("status")),
                            row.getString("snapshot"),
                            PositionsColumn.get(row, "exact_from", positions),
                            chunksOf.getOrDefault(source, List.of())));
                }
                return entries;
            }
        }
    }

    /** Writes or replaces a table's row and plan. */
    void replace(Connection connection, Lease lease, TableEntry table) throws SQLException {
        chunks.requireNoneDone(connection, lease.task(), table.source());
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + tables.tableLoad() + SourceTable.WHERE)) {
            SourceTable.set(statement, 1, lease.task(), table.source());
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO " + tables.tableLoad()
                        + " (task, source_database, source_schema, source_table, database_name, schema_name, table_name,"
                        + " source_version, source_shape, status, snapshot, exact_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            SourceTable.set(statement, 1, lease.task(), table.source());
            statement.setString(5, table.destination().database());
            statement.setString(6, table.destination().schema());
            statement.setString(7, table.destination().name());
            statement.setLong(8, table.sourceVersion());
            statement.setString(9, table.sourceShape());
            statement.setString(10, table.status().name());
            statement.setString(11, table.snapshot());
            PositionsColumn.set(statement, 12, table.exactFrom());
            statement.executeUpdate();
        }
        chunks.replace(connection, lease, table);
    }

    /** Whether not all of its chunks are known to be there. */
    public boolean isPlanned(Connection connection, Lease lease, TableId source) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT status FROM " + tables.tableLoad() + SourceTable.WHERE)) {
            SourceTable.set(statement, 1, lease.task(), source);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && LoadStatus.valueOf(row.getString(1)) == LoadStatus.PLANNED;
            }
        }
    }

    /** What is emptied has to be loaded again, however far its load was; nothing of a table that is not listed yet. */
    public void restarted(Connection connection, Lease lease, TableId source) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE " + tables.tableLoad() + " SET status = ?" + SourceTable.WHERE)) {
            statement.setString(1, LoadStatus.PLANNED.name());
            SourceTable.set(statement, 2, lease.task(), source);
            statement.executeUpdate();
        }
    }

    public void status(Connection connection, Lease lease, TableId source, LoadStatus status) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE " + tables.tableLoad() + " SET status = ?" + SourceTable.WHERE)) {
            statement.setString(1, status.name());
            SourceTable.set(statement, 2, lease.task(), source);
            if (statement.executeUpdate() != 1) {
                throw new SyncException(
                        ErrorCode.INVARIANT_BROKEN,
                        "the ledger holds no plan of table " + source + ", whose status should become " + status,
                        "Report this with the ledger's table table_load.");
            }
        }
    }

    void outdated(Connection connection, Lease lease, String database, long version) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + tables.tableLoad()
                + " SET status = ? WHERE task = ? AND source_database = ? AND source_version = ?")) {
            statement.setString(1, LoadStatus.PLANNED.name());
            statement.setString(2, lease.task());
            statement.setString(3, database);
            statement.setLong(4, version);
            if (statement.executeUpdate() != 1) {
                throw new SyncException(
                        ErrorCode.INVARIANT_BROKEN,
                        "the ledger holds no plan of the table with version " + version
                                + ", which is to be loaded anew",
                        "Report this with the ledger's table table_load.");
            }
        }
    }

    /** All tables of the task; the caller forgets their chunks. */
    void stale(Connection connection, Lease lease) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + tables.tableLoad()
                + " SET status = ?, snapshot = NULL, exact_from = NULL WHERE task = ?")) {
            statement.setString(1, LoadStatus.STALE.name());
            statement.setString(2, lease.task());
            statement.executeUpdate();
        }
    }
}
