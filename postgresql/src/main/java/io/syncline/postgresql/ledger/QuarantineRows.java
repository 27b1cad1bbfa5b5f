package io.syncline.postgresql.ledger;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.BadValue.Quarantined;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.schema.ColumnChange;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the table {@code quarantine}: source rows that the destination refuses, whole, one for each source table and key (docs/design/bad-values.md). Everything is done in
 * the caller's transaction.
 */
public final class QuarantineRows {

    private static final String BY_KEY = SourceTable.WHERE + " AND key_digest = ?";

    private final LedgerTables tables;

    public QuarantineRows(LedgerTables tables) {
        this.tables = tables;
    }

    /**
     * A row's key at the source.
     *
     * @param digest of the text forms' bytes: rows of a table with the same digest are the same row
     * @param texts for people
     */
    public record RowKey(byte[] digest, List<String> texts) {
        public RowKey {
            texts = List.copyOf(texts);
        }
    }

    /**
     * The values that would be written, by the names of the destination's columns; each column is in one of both.
     *
     * @param texts text forms, null for NULL
     * @param bytes hex digits of those that are no text in the destination's encoding
     */
    public record Image(Map<String, @Nullable String> texts, Map<String, String> bytes) {}

    public record Entry(TableId source, RowKey key, BadValue.Kind kind, BadValue.Refused what, Image image) {}

    /** Adds a row, or replaces the one of the same key. */
    public void put(Connection connection, Lease lease, Entry entry) throws SQLException {
        remove(connection, lease, entry.source(), List.of(entry.key().digest()));
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.quarantine()
                + " (task, source_database, source_schema, source_table, key_digest, key, kind, state, column_name,"
                + " constraint_name, image, bytes) VALUES (?, ?, ?, ?, ?, CAST(? AS text[]), ?, ?, ?, ?,"
                + " CAST(json_object(CAST(? AS text[]), CAST(? AS text[])) AS jsonb),"
                + " CAST(json_object(CAST(? AS text[]), CAST(? AS text[])) AS jsonb))")) {
            SourceTable.set(statement, 1, lease.task(), entry.source());
            statement.setBytes(5, entry.key().digest());
            PositionsColumn.setTexts(statement, 6, entry.key().texts());
            statement.setString(7, entry.kind().name());
            statement.setString(8, entry.what().state());
            statement.setString(9, entry.what().column());
            statement.setString(10, entry.what().constraint());
            setObject(statement, 11, entry.image().texts());
            setObject(statement, 13, entry.image().bytes());
            statement.executeUpdate();
        }
    }

    private static void setObject(
            PreparedStatement statement, int parameter, Map<String, ? extends @Nullable String> values)
            throws SQLException {
        PositionsColumn.setTexts(statement, parameter, List.copyOf(values.keySet()));
        PositionsColumn.setTexts(statement, parameter + 1, new ArrayList<>(values.values()));
    }

    /** Takes a row out; empty when it is not there. */
    public Optional<Image> take(Connection connection, Lease lease, TableId source, byte[] digest) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM " + tables.quarantine() + BY_KEY
                + " RETURNING " + keys("image") + ", " + values("image") + ", " + keys("bytes") + ", "
                + values("bytes"))) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.setBytes(5, digest);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Map<String, String> bytes = new LinkedHashMap<>();
                pairs(row, 3).forEach((column, hex) -> {
                    if (hex != null) {
                        bytes.put(column, hex);
                    }
                });
                return Optional.of(new Image(pairs(row, 1), bytes));
            }
        }
    }

    private static String keys(String object) {
        return "ARRAY(SELECT e.key FROM jsonb_each_text(" + object + ") AS e ORDER BY e.key)";
    }

    private static String values(String object) {
        return "ARRAY(SELECT e.value FROM jsonb_each_text(" + object + ") AS e ORDER BY e.key)";
    }

    private static Map<String, @Nullable String> pairs(ResultSet row, int column) throws SQLException {
        List<@Nullable String> keys = texts(row.getArray(column));
        List<@Nullable String> values = texts(row.getArray(column + 1));
        Map<String, @Nullable String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            pairs.put(String.valueOf(keys.get(i)), values.get(i));
        }
        return pairs;
    }

    private static List<@Nullable String> texts(Array array) throws SQLException {
        return Arrays.asList((@Nullable String[]) array.getArray());
    }

    /** Removes the rows of these keys that are there. */
    public void remove(Connection connection, Lease lease, TableId source, List<byte[]> digests) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + tables.quarantine() + SourceTable.WHERE + " AND key_digest = ANY (?)")) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.setArray(5, connection.createArrayOf("bytea", digests.toArray(byte[][]::new)));
            statement.executeUpdate();
        }
    }

    /** Removes all rows of a table, which is emptied. */
    public void clear(Connection connection, Lease lease, TableId source) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + tables.quarantine() + SourceTable.WHERE)) {
            SourceTable.set(statement, 1, lease.task(), source);
            statement.executeUpdate();
        }
    }

    /** Gives the rows that this transaction has added the position that it ends with: none that others see lacks one. */
    public void position(Connection connection, Lease lease, String position) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + tables.quarantine() + " SET position = ? WHERE task = ? AND position IS NULL")) {
            statement.setString(1, position);
            statement.setString(2, lease.task());
            statement.executeUpdate();
        }
    }

    /** The source tables that have rows here. */
    public Set<TableId> sources(Connection connection, Lease lease) throws SQLException {
        Set<TableId> sources = new HashSet<>();
        read(connection, lease.task()).forEach(table -> sources.add(table.source()));
        return sources;
    }

    List<Quarantined> read(Connection connection, String task) throws SQLException {
        String name = "source_database, source_schema, source_table";
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + name + ", count(*) AS rows FROM "
                + tables.quarantine() + " WHERE task = ? GROUP BY " + name + " ORDER BY " + name)) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<Quarantined> quarantined = new ArrayList<>();
                while (row.next()) {
                    quarantined.add(new Quarantined(SourceTable.read(row), row.getLong("rows")));
                }
                return quarantined;
            }
        }
    }

    /** Gives the rows of a table the columns that the table gets, under its present name at the source (T10). */
    public void alter(Connection connection, Lease lease, TableId source, ColumnChange change) throws SQLException {
        switch (change) {
            case ColumnChange.Add(var column, String fill) ->
                update(
                        connection,
                        lease,
                        source,
                        "image = "
                                + object("SELECT e.key, e.value FROM jsonb_each_text(image) AS e WHERE e.key <> ?"
                                        + " UNION ALL SELECT CAST(? AS text), CAST(? AS text)"),
                        column.name(),
                        column.name(),
                        fill);
            case ColumnChange.Drop(String column) ->
                update(
                        connection,
                        lease,
                        source,
                        "image = " + object(others("image")) + ", bytes = " + object(others("bytes")),
                        column,
                        column);
            case ColumnChange.Rename(String column, String to) -> {
                rename(connection, lease, source, "image", column, to);
                rename(connection, lease, source, "bytes", column, to);
            }
            case ColumnChange.Retype _, ColumnChange.Nullability _, ColumnChange.Default _ -> {
                // What the values are, and how they print, stays: tables whose values change are loaded anew.
            }
        }
    }

    private void rename(Connection connection, Lease lease, TableId source, String object, String column, String to)
            throws SQLException {
        update(
                connection,
                lease,
                source,
                object + " = "
                        + object("SELECT CASE e.key WHEN ? THEN ? ELSE e.key END, e.value FROM jsonb_each_text("
                                + object + ") AS e"),
                column,
                to);
    }

    private static String others(String object) {
        return "SELECT e.key, e.value FROM jsonb_each_text(" + object + ") AS e WHERE e.key <> ?";
    }

    /** An object of these keys and values, whose operators came with 9.5; all values are texts or null. */
    private static String object(String pairs) {
        return "(SELECT CAST(coalesce(json_object(array_agg(p.key), array_agg(p.value)), '{}') AS jsonb) FROM (" + pairs
                + ") AS p (key, value))";
    }

    private void update(Connection connection, Lease lease, TableId source, String set, @Nullable String... parameters)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE " + tables.quarantine() + " SET " + set + SourceTable.WHERE)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            SourceTable.set(statement, parameters.length + 1, lease.task(), source);
            statement.executeUpdate();
        }
    }
}
