package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.PositionReader;
import io.syncline.api.port.Ledger.Return;
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

    /** @param format of the ledger: the table, or a column of it, may be younger */
    List<SuspendedEntry> read(Connection connection, int format, String task, PositionReader positions)
            throws SQLException {
        if (format < LedgerSchema.SUSPENDED) {
            return List.of();
        }
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
                            row.getTimestamp("suspended_at").toInstant(),
                            format < LedgerSchema.RETURNS
                                    ? Return.NOT_ASKED
                                    : Return.valueOf(row.getString("returns"))));
                }
                return entries;
            }
        }
    }

    /** At the positions of the task's streams, in the caller's transaction; of one that is there only the cause is written. */
    void add(Connection connection, Lease lease, TableId source, String cause) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.suspended()
                + " (task, source_database, source_schema, source_table, cause, suspended_from) SELECT v.task, v.db, v.sch,"
                + " v.tab, v.cause, ARRAY(SELECT u.part FROM " + tables.stream()
                + " AS s CROSS JOIN LATERAL unnest(ARRAY[s.stream, s.position]) WITH ORDINALITY AS u (part, n)"
                + " WHERE s.task = v.task AND NOT s.stream LIKE '% joining' ORDER BY s.stream, u.n) FROM (SELECT CAST(? AS text), CAST(? AS text),"
                + " CAST(? AS text), CAST(? AS text), CAST(? AS text)) AS v (task, db, sch, tab, cause) WHERE NOT EXISTS"
                + " (SELECT 1 FROM " + tables.suspended() + " AS t WHERE t.task = v.task AND t.source_database = v.db"
                + " AND t.source_schema = v.sch AND t.source_table = v.tab)")) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.setString(5, cause);
            if (statement.executeUpdate() == 0) {
                state(connection, lease, source, cause, Return.NOT_ASKED);
            }
        }
    }

    void state(Connection connection, Lease lease, TableId source, String cause, Return returns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + tables.suspended() + " SET cause = ?, returns = ?" + SourceTable.WHERE)) {
            statement.setString(1, cause);
            statement.setString(2, returns.name());
            SourceTable.set(statement, 3, lease.task(), source);
            requireOne(statement, source);
        }
    }

    void joining(Connection connection, Lease lease, TableId source) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + tables.suspended() + " SET returns = 'JOINING'" + SourceTable.WHERE)) {
            SourceTable.set(statement, 1, lease.task(), source);
            requireOne(statement, source);
        }
    }

    /** The tables that join are carried from where they stand. */
    void joined(Connection connection, Lease lease, Positions exactFrom) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + tables.tableLoad()
                + " AS l SET exact_from = ? FROM " + tables.suspended()
                + " AS s WHERE l.task = ? AND s.task = l.task AND s.returns = 'JOINING'"
                + " AND s.source_database = l.source_database AND s.source_schema = l.source_schema"
                + " AND s.source_table = l.source_table")) {
            PositionsColumn.set(statement, 1, exactFrom);
            statement.setString(2, lease.task());
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + tables.suspended() + " WHERE task = ? AND returns = 'JOINING'")) {
            statement.setString(1, lease.task());
            statement.executeUpdate();
        }
    }

    void carriedAgain(Connection connection, Lease lease, TableId source) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + tables.suspended() + SourceTable.WHERE)) {
            SourceTable.set(statement, 1, lease.task(), source);
            requireOne(statement, source);
        }
    }

    private static void requireOne(PreparedStatement update, TableId source) throws SQLException {
        if (update.executeUpdate() != 1) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "the ledger does not say that the table " + source + " is suspended",
                    "Report this with the ledger's table suspended.");
        }
    }
}
