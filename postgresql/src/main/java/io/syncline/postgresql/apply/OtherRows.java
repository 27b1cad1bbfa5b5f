package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import io.syncline.api.model.Origin;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerSystem;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Removes rows that stand in a change's way: those that have, in a unique index, what the change's row will have there. Indexes over expressions and partial indexes are
 * looked at as the server defines them. What cannot be found so (exclusion constraints, NULLS NOT DISTINCT, columns that the task does not carry,
 * question marks in expressions) stays, and collides again.
 */
final class OtherRows {

    /** Strategy 3 of a btree operator family is equality (PostgreSQL documentation, Index Methods and Operator Classes). */
    private static final String INDEXES = """
            SELECT i.indexrelid, pg_catalog.pg_get_indexdef(i.indexrelid, p.n, false) AS part,
                   pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate, s.nspname AS schema, o.oprname AS operator
              FROM pg_catalog.pg_index AS i
              CROSS JOIN LATERAL generate_series(1, {parts}) AS p (n)
              JOIN pg_catalog.pg_opclass AS c ON c.oid = i.indclass[p.n - 1]
              JOIN pg_catalog.pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype
                   AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3 AND m.amoppurpose = 's'
              JOIN pg_catalog.pg_operator AS o ON o.oid = m.amopopr
              JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace
             WHERE i.indrelid = CAST(? AS pg_catalog.regclass) AND i.indisunique
             ORDER BY i.indexrelid, p.n""";

    private static final String COLUMNS = """
            SELECT attname FROM pg_catalog.pg_attribute
             WHERE attrelid = CAST(? AS pg_catalog.regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum""";

    private final Connection connection;
    private final int serverVersion;
    private final RowPlace place;

    OtherRows(Connection connection, ServerSystem server) {
        this.connection = connection;
        this.serverVersion = server.version();
        this.place = new RowPlace(server.dialect());
    }

    /** @param predicate of a partial index, else {@code true} */
    private record UniqueIndex(String predicate, List<Part> parts) {

        /** What JDBC would take for a parameter. */
        boolean hasMarker() {
            return predicate.contains("?")
                    || parts.stream().anyMatch(part -> part.expression().contains("?"));
        }
    }

    private record Part(String expression, String operator) {}

    /**
     * Deletes the other rows, of a merged table those of the change's own origin.
     *
     * @param change whose image will be written; its key is that of the row that is changed or replaced, which is no other row. Columns that the image lacks are that
     *     row's
     * @return their keys
     */
    List<List<String>> remove(Target target, NetChange change) throws SQLException {
        String delete = " DELETE FROM " + target.rows()
                + " AS t USING d WHERE " + place.equal("t", "d") + target.andOwn("t")
                + (target.hasKey() ? " AND NOT EXISTS (SELECT 1 FROM n WHERE " + byKey(target, "t") + ")" : "")
                + " RETURNING " + keyTexts(target);
        return eachIndex(target, change, delete);
    }

    /** Whether rows of other source tables of a merged table are among the other rows; parameters as in {@link #remove}. */
    boolean areOfOtherOrigin(Target target, NetChange change) throws SQLException {
        String select = " SELECT " + keyTexts(target) + " FROM " + target.rows()
                + " AS t JOIN d ON " + place.equal("t", "d") + " WHERE NOT COALESCE(true"
                + target.andOwn("t") + ", false)";
        return !eachIndex(target, change, select).isEmpty();
    }

    private List<List<String>> eachIndex(Target target, NetChange change, String work) throws SQLException {
        List<List<String>> keys = new ArrayList<>();
        for (UniqueIndex index : indexes(target)) {
            keys.addAll(inTheWay(target, change, index, work));
        }
        return keys;
    }

    /** @param work on {@code d}, the places of the rows that have in an index what the change's row will have there; gives keys */
    private List<List<String>> inTheWay(Target target, NetChange change, UniqueIndex index, String work)
            throws SQLException {
        List<Integer> present = present(target, change);
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < target.key().size(); i++) {
            fields.add(Field.key(i, target.key().get(i)));
        }
        present.forEach(column -> fields.add(Field.image(column)));
        if (present.isEmpty()) {
            return List.of();
        }
        String own = target.hasKey() ? byKey(target, "r") : "false";
        String parts = parts(index, (place, part) -> "(" + part.expression() + ") AS e" + place, ", ");
        String equal = parts(index, (place, part) -> "a.e" + place + " " + part.operator() + " v.e" + place, " AND ");
        String sql = "WITH n AS (SELECT * FROM " + StatementText.parameters(target, fields) + " AS q),"
                + " d AS (SELECT " + place.handedOn("a") + " FROM (SELECT " + place.columns("w") + ", " + parts
                + " FROM " + target.rows() + " AS w WHERE " + index.predicate() + ") AS a JOIN (SELECT " + parts
                + " FROM (SELECT " + whole(target, present) + " FROM n LEFT JOIN " + target.rows() + " AS r ON " + own
                + ") AS b WHERE " + index.predicate() + ") AS v ON " + equal + ")" + work;
        Changes changes = Changes.keyed(target, List.of(change));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (Field field : fields) {
                statement.setObject(parameter++, new TextArray(changes, field));
            }
            try (ResultSet row = statement.executeQuery()) {
                List<List<String>> keys = new ArrayList<>();
                while (row.next()) {
                    Array key = row.getArray(1);
                    keys.add(List.of((String[]) key.getArray()));
                }
                return keys;
            }
        }
    }

    @FunctionalInterface
    private interface PartText {
        String of(int place, Part part);
    }

    private static String parts(UniqueIndex index, PartText text, String between) {
        return IntStream.range(0, index.parts().size())
                .mapToObj(place -> text.of(place, index.parts().get(place)))
                .collect(Collectors.joining(between));
    }

    private static List<Integer> present(Target target, NetChange change) {
        return change.image() == null
                ? List.of()
                : target.writable().stream()
                        .filter(column -> change.image().isPresent(target.source(column)))
                        .toList();
    }

    /** The row as it will be, under the table's own names of columns. */
    private String whole(Target target, List<Integer> present) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, target.name());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String name = Quoting.identifier(row.getString(1));
                    columns.put(name, "r." + name);
                }
            }
        }
        present.forEach(column -> columns.put(target.columnName(column), "n.c" + column));
        Origin origin = target.route().origin();
        if (origin != null) {
            columns.put(OriginSql.COLUMN, "CAST(" + OriginSql.value(origin) + " AS text)");
        }
        return columns.entrySet().stream()
                .map(column -> column.getValue() + " AS " + column.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String byKey(Target target, String rows) {
        return IntStream.range(0, target.key().size())
                        .mapToObj(place ->
                                rows + "." + target.columnName(target.key().get(place)) + " "
                                        + target.keyOperator(place) + " n.k" + place)
                        .collect(Collectors.joining(" AND "))
                + target.andOwn(rows);
    }

    private static String keyTexts(Target target) {
        return target.key().stream()
                .map(column -> "CAST(t." + target.columnName(column) + " AS text)")
                .collect(Collectors.joining(", ", "CAST(ARRAY[", "] AS text[])"));
    }

    private List<UniqueIndex> indexes(Target target) throws SQLException {
        String parts = serverVersion >= 110000 ? "i.indnkeyatts" : "i.indnatts";
        try (PreparedStatement statement = connection.prepareStatement(INDEXES.replace("{parts}", parts))) {
            statement.setString(1, target.name());
            try (ResultSet row = statement.executeQuery()) {
                Map<Long, UniqueIndex> indexes = new LinkedHashMap<>();
                while (row.next()) {
                    String predicate = row.getString("predicate");
                    indexes.computeIfAbsent(
                                    row.getLong("indexrelid"),
                                    _ -> new UniqueIndex(predicate == null ? "true" : predicate, new ArrayList<>()))
                            .parts()
                            .add(new Part(
                                    row.getString("part"),
                                    "OPERATOR(" + Quoting.identifier(row.getString("schema")) + "."
                                            + row.getString("operator") + ")"));
                }
                return indexes.values().stream()
                        .filter(index -> !index.hasMarker())
                        .toList();
            }
        }
    }
}
