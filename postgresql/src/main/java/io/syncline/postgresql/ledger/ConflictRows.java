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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    private void count(Connection connection, Lease lease, List<Noted> conflicts) throws SQLException {
        Map<Noted, Long> counts = new LinkedHashMap<>();
        conflicts.forEach(conflict -> counts.merge(
                new Noted(conflict.table(), conflict.kind(), conflict.outcome(), List.of(), List.of()), 1L, Long::sum));
        for (Map.Entry<Noted, Long> count : counts.entrySet()) {
            Noted noted = count.getKey();
            count(
                    connection,
                    lease,
                    new Conflict.Count(noted.table(), noted.kind(), noted.outcome(), count.getValue()));
        }
    }

    /** Counts conflicts without noting each, in the caller's transaction. A table has one writer of a kind at a time, so that nobody inserts a row between the two statements. */
    public void count(Connection connection, Lease lease, Conflict.Count more) throws SQLException {
        if (write(
                        connection,
                        lease,
                        more,
                        "UPDATE " + tables.conflictCount()
                                + " SET conflicts = conflicts + ? WHERE task = ? AND schema_name = ? AND table_name = ?"
                                + " AND kind = ? AND outcome = ?")
                == 0) {
            write(
                    connection,
                    lease,
                    more,
                    "INSERT INTO " + tables.conflictCount()
                            + " (conflicts, task, schema_name, table_name, kind, outcome) VALUES (?, ?, ?, ?, ?, ?)");
        }
    }

    private static int write(Connection connection, Lease lease, Conflict.Count more, String command)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(command)) {
            statement.setLong(1, more.conflicts());
            statement.setString(2, lease.task());
            names(statement, 3, new Noted(more.table(), more.kind(), more.outcome(), List.of(), List.of()));
            return statement.executeUpdate();
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
