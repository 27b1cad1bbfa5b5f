package io.syncline.postgresql.ledger;

import io.syncline.api.apply.Conflict;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The rows of the tables {@code conflict_count}, which grows by tables and kinds only, and {@code conflict}, of which the last ones are kept (I4, I5). */
public final class ConflictRows {

    /** So many conflicts of a task are kept with their keys. */
    public static final int KEPT = 1_000;

    private static final int LISTED = 20;

    private final LedgerTables tables;

    public ConflictRows(LedgerTables tables) {
        this.tables = tables;
    }

    /** Adds conflicts and counts them, in the caller's transaction. */
    public void add(Connection connection, Lease lease, List<Noted> conflicts) throws SQLException {
        List<Noted> kept = conflicts.subList(Math.max(0, conflicts.size() - KEPT), conflicts.size());
        try (PreparedStatement add = connection.prepareStatement("INSERT INTO " + tables.conflict()
                + " (task, schema_name, table_name, kind, outcome, key, removed)"
                + " VALUES (?, ?, ?, ?, ?, CAST(? AS text[]), CAST(? AS text[]))")) {
            for (Noted conflict : kept) {
                add.setString(1, lease.task());
                names(add, 2, conflict);
                PositionsColumn.setTexts(add, 6, conflict.key());
                PositionsColumn.setTexts(add, 7, conflict.removed());
                add.addBatch();
            }
            add.executeBatch();
        }
        try (PreparedStatement forget = connection.prepareStatement("DELETE FROM " + tables.conflict()
                + " WHERE task = ? AND ordinal <= (SELECT ordinal FROM " + tables.conflict()
                + " WHERE task = ? ORDER BY ordinal DESC OFFSET ? LIMIT 1)")) {
            forget.setString(1, lease.task());
            forget.setString(2, lease.task());
            forget.setInt(3, KEPT);
            forget.executeUpdate();
        }
        count(connection, lease, conflicts);
    }

    /** What a writer knows of a conflict; the ledger adds the time. */
    public record Noted(
            TableId table, Conflict.Kind kind, Conflict.Outcome outcome, List<String> key, List<String> removed) {}

    /** The stream's writers are one at a time, so that nobody else inserts a row between the two statements. */
    private void count(Connection connection, Lease lease, List<Noted> conflicts) throws SQLException {
        try (PreparedStatement add = connection.prepareStatement("UPDATE " + tables.conflictCount()
                        + " SET conflicts = conflicts + 1 WHERE task = ? AND schema_name = ? AND table_name = ?"
                        + " AND kind = ? AND outcome = ?");
                PreparedStatement first = connection.prepareStatement("INSERT INTO " + tables.conflictCount()
                        + " (task, schema_name, table_name, kind, outcome, conflicts) VALUES (?, ?, ?, ?, ?, 1)")) {
            for (Noted conflict : conflicts) {
                add.setString(1, lease.task());
                names(add, 2, conflict);
                if (add.executeUpdate() == 0) {
                    first.setString(1, lease.task());
                    names(first, 2, conflict);
                    first.executeUpdate();
                }
            }
        }
    }

    private static void names(PreparedStatement statement, int parameter, Noted conflict) throws SQLException {
        statement.setString(parameter, conflict.table().schema());
        statement.setString(parameter + 1, conflict.table().name());
        statement.setString(parameter + 2, conflict.kind().name());
        statement.setString(parameter + 3, conflict.outcome().name());
    }

    Conflict.Report read(Connection connection, String database, String task) throws SQLException {
        return new Conflict.Report(counts(connection, database, task), last(connection, database, task));
    }

    private List<Conflict.Count> counts(Connection connection, String database, String task) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT schema_name, table_name, kind, outcome, conflicts FROM "
                        + tables.conflictCount() + " WHERE task = ? ORDER BY schema_name, table_name, kind, outcome")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<Conflict.Count> counts = new ArrayList<>();
                while (row.next()) {
                    counts.add(new Conflict.Count(
                            table(database, row), kind(row), outcome(row), row.getLong("conflicts")));
                }
                return counts;
            }
        }
    }

    private List<Conflict> last(Connection connection, String database, String task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT schema_name, table_name, kind, outcome, key, removed, noted_at FROM " + tables.conflict()
                        + " WHERE task = ? ORDER BY ordinal DESC LIMIT " + LISTED)) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<Conflict> last = new ArrayList<>();
                while (row.next()) {
                    last.add(new Conflict(
                            table(database, row),
                            kind(row),
                            outcome(row),
                            texts(row, "key"),
                            texts(row, "removed"),
                            instant(row)));
                }
                return last;
            }
        }
    }

    private static TableId table(String database, ResultSet row) throws SQLException {
        return new TableId(database, row.getString("schema_name"), row.getString("table_name"));
    }

    private static Conflict.Kind kind(ResultSet row) throws SQLException {
        return Conflict.Kind.valueOf(row.getString("kind"));
    }

    private static Conflict.Outcome outcome(ResultSet row) throws SQLException {
        return Conflict.Outcome.valueOf(row.getString("outcome"));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        List<String> texts = PositionsColumn.texts(row, column);
        return texts == null ? List.of() : texts;
    }

    private static Instant instant(ResultSet row) throws SQLException {
        return row.getObject("noted_at", OffsetDateTime.class).toInstant();
    }
}
