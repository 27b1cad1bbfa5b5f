package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must be the same under a snapshot and in the present for a read to be of the planned table (T3): which relation bears the name, in which files its rows lie, and
 * which columns they have. A rewritten table (ALTER TYPE, TRUNCATE) shows nothing to an older snapshot, and one that was only packed (VACUUM FULL, CLUSTER) shows its
 * rows in other places; both have a new relfilenode. A dropped and added, or renamed, column has another attnum under the same name.
 *
 * @param oid the relation, or the partitioned table
 * @param kind {@code pg_class.relkind}
 * @param files the relation and its partitions with their relfilenodes, in a fixed order
 * @param columns in the order of their numbers
 */
public record TableShape(long oid, String kind, List<File> files, List<Attribute> columns) {
    /** The catalog rows are read as the session's snapshot sees them: the past under an imported snapshot, the present in autocommit. */
    private static final String FILES = """
            WITH RECURSIVE tree AS (
                SELECT c.oid, c.relkind, c.relfilenode, 0 AS depth
                  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                 WHERE n.nspname = ? AND c.relname = ?
                UNION ALL
                SELECT c.oid, c.relkind, c.relfilenode, t.depth + 1
                  FROM tree AS t JOIN pg_catalog.pg_inherits AS i ON i.inhparent = t.oid
                  JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
                 WHERE t.relkind = 'p')
            SELECT oid, relkind, relfilenode FROM tree ORDER BY depth, oid""";

    private static final String COLUMNS = """
            SELECT attnum, attname, atttypid, atttypmod FROM pg_catalog.pg_attribute
             WHERE attrelid = CAST(? AS oid) AND attnum > 0 AND NOT attisdropped ORDER BY attnum""";

    public TableShape {
        files = List.copyOf(files);
        columns = List.copyOf(columns);
    }

    /**
     * @param relation its oid
     * @param node its {@code relfilenode}
     */
    public record File(long relation, long node) {}

    /** A column, named as in {@code pg_attribute}: {@code attnum, attname, atttypid, atttypmod}. */
    public record Attribute(int number, String name, long type, int modifier) {}

    /** Empty when no relation bears the name. */
    public static Optional<TableShape> read(Connection connection, TableId table) throws SQLException {
        List<File> files = new ArrayList<>();
        String kind = "";
        try (PreparedStatement statement = connection.prepareStatement(FILES)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    kind = files.isEmpty() ? row.getString("relkind") : kind;
                    files.add(new File(row.getLong("oid"), row.getLong("relfilenode")));
                }
            }
        }
        if (files.isEmpty()) {
            return Optional.empty();
        }
        long oid = files.getFirst().relation();
        return Optional.of(new TableShape(oid, kind, files, columns(connection, oid)));
    }

    private static List<Attribute> columns(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, Long.toString(oid));
            try (ResultSet row = statement.executeQuery()) {
                List<Attribute> columns = new ArrayList<>();
                while (row.next()) {
                    columns.add(new Attribute(
                            row.getInt("attnum"),
                            row.getString("attname"),
                            row.getLong("atttypid"),
                            row.getInt("atttypmod")));
                }
                return columns;
            }
        }
    }

    /** A partitioned table has no rows of its own: it is read with its partitions, every other table without those that inherit from it (T4). */
    public boolean partitioned() {
        return kind.equals("p");
    }

    /** {@code ONLY } for everything but a partitioned table. */
    public String only() {
        return partitioned() ? "" : "ONLY ";
    }

    /** What happened to a table that had this shape, in words; empty when it is unchanged. */
    public Optional<String> changeTo(TableShape now) {
        if (now.oid != oid) {
            return Optional.of("another table has taken its name");
        }
        if (!now.columns.equals(columns)) {
            return Optional.of("its columns were changed");
        }
        if (!now.files.equals(files) || !now.kind.equals(kind)) {
            return Optional.of("it, or one of its partitions, was rewritten, emptied, attached or detached");
        }
        return Optional.empty();
    }

    /** Whether rows that travel under this schema are rows of this table: the relation's oid, and each column's name and type. */
    public boolean fits(TableSchema schema) {
        return schema.version() == oid && schema.columns().stream().allMatch(this::has);
    }

    private boolean has(Column column) {
        return columns.stream()
                .anyMatch(attribute -> attribute.name().equals(column.name())
                        && (int) attribute.type() == column.type().oid());
    }
}
