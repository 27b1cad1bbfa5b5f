package io.syncline.postgresql.ledger;

import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.PositionReader;
import io.syncline.api.port.Ledger.SuspendedEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rows of the table {@code suspended}. */
final class SuspendedRows {

    private final LedgerTables tables;

    SuspendedRows(LedgerTables tables) {
        this.tables = tables;
    }

    List<SuspendedEntry> read(Connection connection, String task, PositionReader positions) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM " + tables.suspended()
                + " WHERE task = ? ORDER BY source_database, source_schema, source_table")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<SuspendedEntry> entries = new ArrayList<>();
                while (row.next()) {
                    Positions from = PositionsColumn.get(row, "suspended_from", positions);
                    entries.add(new SuspendedEntry(
                            SourceTable.read(row),
                            from == null ? Positions.NONE : from,
                            row.getString("cause"),
                            row.getTimestamp("suspended_at").toInstant()));
                }
                return entries;
            }
        }
    }

    /** At the positions of the task's streams, in the caller's transaction; nothing when it is there. */
    void add(Connection connection, Lease lease, TableId source, String cause) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.suspended()
                + " (task, source_database, source_schema, source_table, cause, suspended_from) SELECT v.task, v.db, v.sch,"
                + " v.tab, v.cause, ARRAY(SELECT u.part FROM " + tables.stream()
                + " AS s CROSS JOIN LATERAL unnest(ARRAY[s.stream, s.position]) WITH ORDINALITY AS u (part, n)"
                + " WHERE s.task = v.task ORDER BY s.stream, u.n) FROM (SELECT CAST(? AS text), CAST(? AS text),"
                + " CAST(? AS text), CAST(? AS text), CAST(? AS text)) AS v (task, db, sch, tab, cause) WHERE NOT EXISTS"
                + " (SELECT 1 FROM " + tables.suspended() + " AS t WHERE t.task = v.task AND t.source_database = v.db"
                + " AND t.source_schema = v.sch AND t.source_table = v.tab)")) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.setString(5, cause);
            statement.executeUpdate();
        }
    }
}
