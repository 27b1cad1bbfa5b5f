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
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The rows of the tables {@code bad_value_count}, which grows by tables and kinds only, and {@code bad_value}, of which the last ones are kept (I4, I5). */
public final class BadValueRows {

    /** So many bad values of a task are kept with their keys. */
    public static final int KEPT = 1_000;

    private static final int LISTED = 20;

    /** The first key of the advisory lock that counting takes; the second is the task's hash. */
    private static final int COUNTING = 0x53594E42;

    private final LedgerTables tables;
    private final QuarantineRows quarantine;

    public BadValueRows(LedgerTables tables) {
        this.tables = tables;
        this.quarantine = new QuarantineRows(tables);
    }

    /** What is counted together; ordered, so that writers do what they do in one order. */
    public record Kind(TableId table, Refused what, Outcome outcome) implements Comparable<Kind> {

        private static final Comparator<Kind> ORDER = Comparator.comparing(Kind::table)
                .thenComparing(kind -> kind.what().column())
                .thenComparing(kind -> kind.what().constraint())
                .thenComparing(kind -> kind.what().state())
                .thenComparing(Kind::outcome);

        @Override
        public int compareTo(Kind other) {
            return ORDER.compare(this, other);
        }
    }

    /** What a writer knows of a bad value; the ledger adds the time. */
    public record Noted(Kind kind, BadValue.Kind how, List<String> key) {}

    /**
     * Adds bad values and counts them, at the end of the caller's transaction.
     *
     * @param last the last of those that are counted
     */
    public void add(Connection connection, Lease lease, SortedMap<Kind, Long> counts, Collection<Noted> last)
            throws SQLException {
        try (PreparedStatement add = connection.prepareStatement("INSERT INTO " + tables.badValue()
                + " (task, schema_name, table_name, state, column_name, constraint_name, outcome, kind, key)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS text[]))")) {
            for (Noted value : last) {
                add.setString(1, lease.task());
                name(add, 2, value.kind());
                add.setString(8, value.how().name());
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
        if (!counts.isEmpty()) {
            lock(connection, lease);
        }
        for (Map.Entry<Kind, Long> kind : counts.entrySet()) {
            if (count(
                            connection,
                            lease,
                            kind,
                            "UPDATE " + tables.badValueCount()
                                    + " SET bad_values = bad_values + ? WHERE task = ? AND schema_name = ? AND table_name = ?"
                                    + " AND state = ? AND column_name = ? AND constraint_name = ? AND outcome = ?")
                    == 0) {
                count(
                        connection,
                        lease,
                        kind,
                        "INSERT INTO " + tables.badValueCount()
                                + " (bad_values, task, schema_name, table_name, state, column_name, constraint_name, outcome)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
            }
        }
    }

    /** One counts at a time: whoever comes next updates what was inserted. Not each server has an INSERT that does both (ON CONFLICT). */
    private static void lock(Connection connection, Lease lease) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                "SELECT pg_advisory_xact_lock(" + COUNTING + ", hashtext(CAST(? AS text)))")) {
            lock.setString(1, lease.task());
            lock.execute();
        }
    }

    private static int count(Connection connection, Lease lease, Map.Entry<Kind, Long> kind, String command)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(command)) {
            statement.setLong(1, kind.getValue());
            statement.setString(2, lease.task());
            name(statement, 3, kind.getKey());
            return statement.executeUpdate();
        }
    }

    private static void name(PreparedStatement statement, int parameter, Kind kind) throws SQLException {
        statement.setString(parameter, kind.table().schema());
        statement.setString(parameter + 1, kind.table().name());
        statement.setString(parameter + 2, kind.what().state());
        statement.setString(parameter + 3, kind.what().column());
        statement.setString(parameter + 4, kind.what().constraint());
        statement.setString(parameter + 5, kind.outcome().name());
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
