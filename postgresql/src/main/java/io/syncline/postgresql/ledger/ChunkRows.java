package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.PositionReader;
import io.syncline.api.port.Ledger.TableEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the table {@code chunk}: a plan, and the marks of those chunks that are done. A chunk's mark is written in the transaction that wrote its rows (I2), which
 * proved the lease first.
 */
public final class ChunkRows {

    private final LedgerTables tables;

    public ChunkRows(LedgerTables tables) {
        this.tables = tables;
    }

    /**
     * Marks a chunk done, in the caller's transaction.
     *
     * @throws SyncException INVARIANT_BROKEN when the plan does not hold the chunk, or it is done already
     */
    public void done(Connection connection, Lease lease, TableId source, int ordinal, ChunkDone done)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + tables.chunk()
                + " SET row_count = ?, byte_count = ?, read_at = ?, done_at = clock_timestamp()" + SourceTable.WHERE
                + " AND ordinal = ? AND done_at IS NULL")) {
            statement.setLong(1, done.rows());
            statement.setLong(2, done.bytes());
            PositionsColumn.set(statement, 3, done.readAt());
            SourceTable.set(statement, 4, lease.task(), source);
            statement.setInt(8, ordinal);
            if (statement.executeUpdate() != 1) {
                throw broken("chunk " + ordinal + " of table " + source + " is not waiting in the ledger's plan");
            }
        }
    }

    /** Removes a table's plan with its marks, in the caller's transaction, which empties the table as well (T4). */
    public void remove(Connection connection, Lease lease, TableId source) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + tables.chunk() + SourceTable.WHERE)) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.executeUpdate();
        }
    }

    /** Whether any chunk of the task is done. */
    boolean anyDone(Connection connection, String task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT EXISTS (SELECT 1 FROM " + tables.chunk() + " WHERE task = ? AND done_at IS NOT NULL)")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    void requireNoneDone(Connection connection, String task, TableId source) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT EXISTS (SELECT 1 FROM " + tables.chunk() + SourceTable.WHERE + " AND done_at IS NOT NULL)")) {
            SourceTable.set(statement, 1, task, source);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getBoolean(1)) {
                    throw broken(
                            "table " + source + " has chunks that are done; a new plan would load their rows twice");
                }
            }
        }
    }

    Map<TableId, List<ChunkEntry>> read(Connection connection, String task, PositionReader positions)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT * FROM " + tables.chunk() + " WHERE task = ? ORDER BY ordinal")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                Map<TableId, List<ChunkEntry>> entries = new HashMap<>();
                while (row.next()) {
                    TableId source = SourceTable.read(row);
                    entries.computeIfAbsent(source, table -> new ArrayList<>())
                            .add(new ChunkEntry(
                                    new Chunk(source, row.getInt("ordinal"), range(row)), done(row, positions)));
                }
                return entries;
            }
        }
    }

    void replace(Connection connection, Lease lease, TableEntry table) throws SQLException {
        remove(connection, lease, table.source());
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.chunk()
                + " (task, source_database, source_schema, source_table, ordinal, range_kind, range_from, range_to,"
                + " row_count, byte_count, read_at, done_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                + " CASE WHEN ? THEN clock_timestamp() END)")) {
            for (ChunkEntry entry : table.chunks()) {
                SourceTable.set(statement, 1, lease.task(), table.source());
                statement.setInt(5, entry.chunk().ordinal());
                setRange(statement, entry.chunk().range());
                ChunkDone done = entry.done();
                statement.setObject(9, done == null ? null : done.rows(), java.sql.Types.BIGINT);
                statement.setObject(10, done == null ? null : done.bytes(), java.sql.Types.BIGINT);
                PositionsColumn.set(statement, 11, done == null ? null : done.readAt());
                statement.setBoolean(12, done != null);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void setRange(PreparedStatement statement, Chunk.Range range) throws SQLException {
        switch (range) {
            case Chunk.Whole() -> setRange(statement, "WHOLE", null, null);
            case Chunk.KeyRange(List<String> from, List<String> to) -> setRange(statement, "KEY", from, to);
            case Chunk.PhysicalRange(long from, Long to) ->
                setRange(
                        statement,
                        "PHYSICAL",
                        List.of(Long.toString(from)),
                        to == null ? null : List.of(Long.toString(to)));
        }
    }

    private static void setRange(
            PreparedStatement statement, String kind, @Nullable List<String> from, @Nullable List<String> to)
            throws SQLException {
        statement.setString(6, kind);
        PositionsColumn.setTexts(statement, 7, from);
        PositionsColumn.setTexts(statement, 8, to);
    }

    private static Chunk.Range range(ResultSet row) throws SQLException {
        List<String> from = PositionsColumn.texts(row, "range_from");
        List<String> to = PositionsColumn.texts(row, "range_to");
        String kind = row.getString("range_kind");
        return switch (kind) {
            case "WHOLE" -> new Chunk.Whole();
            case "KEY" -> new Chunk.KeyRange(from, to);
            case "PHYSICAL" -> new Chunk.PhysicalRange(number(from, 0L), to == null ? null : number(to, 0L));
            default -> throw broken("a chunk has the unknown range kind " + kind);
        };
    }

    private static long number(@Nullable List<String> texts, long absent) {
        return texts == null ? absent : Long.parseLong(texts.getFirst());
    }

    private static @Nullable ChunkDone done(ResultSet row, PositionReader positions) throws SQLException {
        Positions readAt = PositionsColumn.get(row, "read_at", positions);
        return readAt == null ? null : new ChunkDone(row.getLong("row_count"), row.getLong("byte_count"), readAt);
    }

    private static SyncException broken(String message) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN, message, "Report this with the ledger's tables table_load and chunk.");
    }
}
