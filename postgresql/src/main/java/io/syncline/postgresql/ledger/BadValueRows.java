package io.syncline.postgresql.ledger;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.BadValue.Count;
import io.syncline.api.apply.BadValue.Outcome;
import io.syncline.api.apply.BadValue.Refused;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows of the tables {@code bad_value_count}, which grows by tables and kinds only, and {@code bad_value}, of which the last ones are kept (I4, I5). */
public final class BadValueRows {

    /** So many bad values of a task are kept with their keys. */
    public static final int KEPT = 1_000;

    private static final int LISTED = 20;

    private final LedgerTables tables;
    private final QuarantineRows quarantine;

    public BadValueRows(LedgerTables tables) {
        this.tables = tables;
        this.quarantine = new QuarantineRows(tables);
    }

    /** What a writer knows of a bad value; the ledger adds the time. */
    public record Noted(TableId table, Refused what, BadValue.Kind kind, Outcome outcome, List<String> key) {}

    /** Adds bad values and counts them, in the caller's transaction. */
    public void add(Connection connection, Lease lease, List<Noted> values) throws SQLException {
        try (PreparedStatement add = connection.prepareStatement("INSERT INTO " + tables.badValue()
                + " (task, schema_name, table_name, state, column_name, constraint_name, outcome, kind, key)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS text[]))")) {
            for (Noted value : values.subList(Math.max(0, values.size() - KEPT), values.size())) {
                add.setString(1, lease.task());
                name(add, 2, value.table(), value.what(), value.outcome());
                add.setString(8, value.kind().name());
                PositionsColumn.setTexts(add, 9, value.key());
                add.addBatch();
            }
            add.executeBatch();
        }
        try (PreparedStatement forget = connection.prepareStatement("DELETE FROM " + tables.badValue()
                + " WHERE task = ? AND ordinal <= (SELECT ordinal FROM " + tables.badValue()
                + " WHERE task = ? ORDER BY ordinal DESC OFFSET ? LIMIT 1)")) {
            forget.setString(1, lease.task());
            forget.setString(2, lease.task());
            forget.setInt(3, KEPT);
            forget.executeUpdate();
        }
        count(connection, lease, values);
    }

    private record Kind(TableId table, Refused what, Outcome outcome) {}

    /** Loaders count at the same time, each under the task's lease: whoever comes second adds to what the first one has made. */
    private void count(Connection connection, Lease lease, List<Noted> values) throws SQLException {
        Map<Kind, Long> counts = new LinkedHashMap<>();
        values.forEach(value -> counts.merge(new Kind(value.table(), value.what(), value.outcome()), 1L, Long::sum));
        try (PreparedStatement add = connection.prepareStatement("INSERT INTO " + tables.badValueCount()
                + " AS c (task, schema_name, table_name, state, column_name, constraint_name, outcome, bad_values)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (task, schema_name, table_name, state, column_name, constraint_name, outcome)"
                + " DO UPDATE SET bad_values = c.bad_values + EXCLUDED.bad_values")) {
            for (Map.Entry<Kind, Long> count : counts.entrySet()) {
                Kind kind = count.getKey();
                add.setString(1, lease.task());
                name(add, 2, kind.table(), kind.what(), kind.outcome());
                add.setLong(8, count.getValue());
                add.executeUpdate();
            }
        }
    }

    private static void name(PreparedStatement statement, int parameter, TableId table, Refused what, Outcome outcome)
            throws SQLException {
        statement.setString(parameter, table.schema());
        statement.setString(parameter + 1, table.name());
        statement.setString(parameter + 2, what.state());
        statement.setString(parameter + 3, what.column());
        statement.setString(parameter + 4, what.constraint());
        statement.setString(parameter + 5, outcome.name());
    }

    BadValue.Report read(Connection connection, String database, String task) throws SQLException {
        return new BadValue.Report(
                counts(connection, database, task),
                last(connection, database, task),
                quarantine.read(connection, task));
    }

    private List<Count> counts(Connection connection, String database, String task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM " + tables.badValueCount()
                + " WHERE task = ? ORDER BY schema_name, table_name, column_name, constraint_name, state, outcome")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<Count> counts = new ArrayList<>();
                while (row.next()) {
                    counts.add(new Count(table(database, row), refused(row), outcome(row), row.getLong("bad_values")));
                }
                return counts;
            }
        }
    }

    private List<BadValue> last(Connection connection, String database, String task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT * FROM " + tables.badValue() + " WHERE task = ? ORDER BY ordinal DESC LIMIT " + LISTED)) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<BadValue> last = new ArrayList<>();
                while (row.next()) {
                    List<String> key = PositionsColumn.texts(row, "key");
                    last.add(new BadValue(
                            table(database, row),
                            refused(row),
                            BadValue.Kind.valueOf(row.getString("kind")),
                            outcome(row),
                            key == null ? List.of() : key,
                            row.getObject("noted_at", OffsetDateTime.class).toInstant()));
                }
                return last;
            }
        }
    }

    private static TableId table(String database, ResultSet row) throws SQLException {
        return new TableId(database, row.getString("schema_name"), row.getString("table_name"));
    }

    private static Refused refused(ResultSet row) throws SQLException {
        return new Refused(row.getString("state"), row.getString("column_name"), row.getString("constraint_name"));
    }

    private static Outcome outcome(ResultSet row) throws SQLException {
        return Outcome.valueOf(row.getString("outcome"));
    }
}
