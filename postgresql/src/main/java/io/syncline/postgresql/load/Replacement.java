package io.syncline.postgresql.load;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.catalog.KeyOperators;
import io.syncline.postgresql.schema.TableAdditions;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives a table the rows of its shadow, in the caller's transaction. The table stays what it is, with its views, foreign keys and rights; its readers wait for nothing, unless it gets
 * columns, and see the former rows until the transaction is committed. Where a key tells rows apart, rows that are the same, byte for byte, stay where they are. In a merged table all of
 * it concerns rows of the own origin (T32).
 *
 * @param additions what the table gets beside; null: nothing
 * @param serverVersion as {@code server_version_num}
 */
record Replacement(
        Connection connection,
        TableRoute route,
        TableId shadow,
        @Nullable TableAdditions additions,
        int serverVersion) {

    private static final String NOT_SUPPORTED = "0A000";

    private static final int IDENTITIES = 100_000;
    private static final int GENERATED = 120_000;

    /** Makes the shadow, without rows, indexes and foreign keys: what a chunk's rows would break is found while it is written. */
    void prepare() throws SQLException {
        execute("SAVEPOINT before_shadow");
        try {
            create(" INCLUDING CONSTRAINTS");
        } catch (SQLException e) {
            if (!SqlErrors.state(e).equals(NOT_SUPPORTED)) {
                throw e;
            }
            // LIKE copies no CHECK that is about the whole row (PostgreSQL's parse_utilcmd.c).
            // The table's own looks at the rows in the end.
            execute("ROLLBACK TO SAVEPOINT before_shadow");
            create("");
        }
        if (additions != null) {
            additions.of(shadow).add();
        }
    }

    private void create(String constraints) throws SQLException {
        execute("CREATE TABLE " + Quoting.table(shadow) + " (LIKE " + table() + " INCLUDING DEFAULTS INCLUDING STORAGE"
                + constraints + (serverVersion >= IDENTITIES ? " INCLUDING IDENTITY" : "")
                + (serverVersion >= GENERATED ? " INCLUDING GENERATED" : "") + ")");
    }

    /** The route on which rows go into the shadow. */
    TableRoute aside() {
        return new TableRoute(
                route.source(),
                new TableSchema(
                        shadow,
                        route.destination().version(),
                        route.destination().columns(),
                        route.destination().key()),
                route.sourceColumns(),
                route.shaping(),
                route.origin());
    }

    void run() throws SQLException {
        String only = new TableEmptying(connection).only(route.destination().table());
        boolean grows = additions != null && additions.areNeeded();
        execute("SET LOCAL lock_timeout = '5s'");
        execute("LOCK TABLE " + only + table() + " IN " + (grows ? "ACCESS EXCLUSIVE" : "SHARE ROW EXCLUSIVE")
                + " MODE");
        execute("ANALYZE " + Quoting.table(shadow));
        boolean byKey = !grows && canKeepRows();
        String keys = byKey ? keys() : "";
        execute("DELETE FROM " + only + table() + " AS t"
                + where(own("t"), byKey ? "NOT EXISTS (" + same(keys) + ")" : null));
        if (additions != null) {
            additions.add();
        }
        execute("INSERT INTO " + table() + columnList()
                + (serverVersion >= IDENTITIES ? " OVERRIDING SYSTEM VALUE" : "")
                + " SELECT " + columns("s.") + " FROM " + Quoting.table(shadow) + " AS s"
                + where(
                        byKey
                                ? "NOT EXISTS (SELECT 1 FROM " + only + table() + " AS t" + where(own("t"), keys) + ")"
                                : null));
        requireAll(only);
    }

    /** A row of the shadow that is the table's row in every byte. Without the casts the rows would be compared column by column, for which not each type has an operator. */
    private String same(String keys) {
        return "SELECT 1 FROM " + Quoting.table(shadow) + " AS s"
                + where(
                        keys,
                        "CAST(ROW(" + columns("t.") + ") AS record) OPERATOR(pg_catalog.*=) CAST(ROW(" + columns("s.")
                                + ") AS record)");
    }

    /** Whether a row of either table has the other's key, by the operators of the key's index: not each type has its = where every session finds it. */
    private String keys() throws SQLException {
        List<String> names = List.of(keyNames());
        List<String> operators = KeyOperators.equality(connection, oid(), names);
        return IntStream.range(0, keyColumns().size())
                .mapToObj(i -> "s." + Quoting.identifier(names.get(i)) + " " + operators.get(i) + " t."
                        + Quoting.identifier(names.get(i)))
                .collect(Collectors.joining(" AND "));
    }

    private long oid() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT CAST(CAST(? AS regclass) AS oid)")) {
            query.setString(1, table());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private List<Column> keyColumns() {
        return route.destination().key().columns().stream()
                .map(route.destination().columns()::get)
                .toList();
    }

    /**
     * Whether rows with the same key are the same row, and all of a row is known: the table's rows need not be ours, and a column that is written no more must not keep its values.
     */
    private boolean canKeepRows() throws SQLException {
        if (!route.destination().key().exists()) {
            return false;
        }
        try (PreparedStatement query =
                connection.prepareStatement("""
                SELECT EXISTS (
                  SELECT 1 FROM pg_catalog.pg_index AS i
                   WHERE i.indrelid = CAST(? AS regclass) AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
                     AND i.indexprs IS NULL AND i.indnatts = cardinality(CAST(? AS text[]))
                     AND NOT EXISTS (
                       SELECT 1 FROM pg_catalog.pg_attribute AS a
                        WHERE a.attrelid = i.indrelid AND a.attnum = ANY (CAST(i.indkey AS smallint[]))
                          AND NOT a.attname = ANY (CAST(? AS text[]))))
                 AND NOT EXISTS (
                  SELECT 1 FROM pg_catalog.pg_attribute AS a
                   WHERE a.attrelid = CAST(? AS regclass) AND a.attnum > 0 AND NOT a.attisdropped
                     AND NOT a.attname = ANY (CAST(? AS text[]))""" + (serverVersion >= GENERATED ? " AND a.attgenerated = '')" : ")"))) {
            query.setString(1, table());
            query.setArray(2, connection.createArrayOf("text", keyNames()));
            query.setArray(3, connection.createArrayOf("text", keyNames()));
            query.setString(4, table());
            query.setArray(
                    5,
                    connection.createArrayOf("text", names(route.destination().columns())));
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** With the origin's, where it is part of the key. */
    private String[] keyNames() {
        Origin origin = route.origin();
        Stream<String> names = keyColumns().stream().map(Column::name);
        return (origin == null || !origin.inKey() ? names : Stream.concat(names, Stream.of(Origin.COLUMN)))
                .toArray(String[]::new);
    }

    /** With the origin's, where rows have one. */
    private String[] names(List<Column> columns) {
        Stream<String> names = columns.stream().map(Column::name);
        return (route.origin() == null ? names : Stream.concat(names, Stream.of(Origin.COLUMN))).toArray(String[]::new);
    }

    /** T48: a rule or a trigger that took a row away would leave the table without it. */
    private void requireAll(String only) throws SQLException {
        long there = count(only + table() + " AS t" + where(own("t")));
        long loaded = count(Quoting.table(shadow));
        if (there != loaded) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "the destination table " + route.destination().table() + " was given " + loaded
                            + " rows of its load and holds " + there + "; nothing was changed",
                    "Look for rules and triggers on the table that act on rows.");
        }
    }

    private long count(String from) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + from)) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private String table() {
        return Quoting.table(route.destination().table());
    }

    private String columns(String prefix) {
        String columns = route.destination().columns().stream()
                .map(Column::name)
                .map(name -> prefix + Quoting.identifier(name))
                .collect(Collectors.joining(", "));
        return OriginSql.with(route.origin(), columns, prefix + OriginSql.COLUMN);
    }

    private String columnList() {
        String columns = columns("");
        return columns.isEmpty() ? "" : " (" + columns + ")";
    }

    private @Nullable String own(String alias) {
        Origin origin = route.origin();
        return origin == null ? null : OriginSql.isOwn(origin, alias);
    }

    private static String where(@Nullable String... conditions) {
        String all = Stream.of(conditions).filter(Objects::nonNull).collect(Collectors.joining(" AND "));
        return all.isEmpty() ? "" : " WHERE " + all;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }
}
