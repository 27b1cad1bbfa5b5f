package io.syncline.postgresql.apply;

import io.syncline.api.model.Origin;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.ServerSystem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes statements. Each reads its changes from a relation {@code n}, whose columns are {@link Field}s in unconstrained types, whether that is a staging table or an
 * unnest of parameters. Of a merged table they reach the rows of their own origin only. Values reach a column by assignment, never by an explicit cast to the column's own type (T16). No ON CONFLICT: it knows neither deferrable keys
 * (T43) nor old servers.
 */
final class StatementText {

    private final boolean overriding;
    private final RowPlace place;

    StatementText(ServerSystem server) {
        this.overriding = server.version() >= 100000;
        this.place = new RowPlace(server.dialect());
    }

    /** The columns of {@code n} that the statement reads. */
    static List<Field> fields(Target target, Shape shape) {
        SequencedSet<Field> fields = new LinkedHashSet<>();
        switch (shape.operation()) {
            case DELETE, COUNT -> keys(target, fields);
            case MISSING -> {
                fields.add(Field.ORDINAL);
                keys(target, fields);
            }
            case UPDATE -> {
                keys(target, fields);
                images(shape.columns(), fields);
            }
            case INSERT, INSERT_ABSENT -> images(target.writable(), fields);
            case REPLACE -> {
                images(target.key(), fields);
                images(shape.columns(), fields);
            }
            case SHARED -> {
                fields.add(Field.ORDINAL);
                images(target.key(), fields);
            }
            case DELETE_EQUAL -> befores(target, fields);
            case UPDATE_EQUAL -> {
                befores(target, fields);
                images(shape.columns(), fields);
            }
        }
        return List.copyOf(fields);
    }

    private static void keys(Target target, SequencedSet<Field> fields) {
        for (int i = 0; i < target.key().size(); i++) {
            fields.add(Field.key(i, target.key().get(i)));
        }
    }

    private static void images(List<Integer> columns, SequencedSet<Field> fields) {
        columns.forEach(column -> fields.add(Field.image(column)));
    }

    private static void befores(Target target, SequencedSet<Field> fields) {
        fields.add(Field.GROUP);
        fields.add(Field.RANK);
        target.writable().forEach(column -> fields.add(Field.before(column)));
    }

    /** {@code n} as parameters, one array for each field. */
    static String parameters(Target target, List<Field> fields) {
        StringBuilder select = new StringBuilder("(SELECT ");
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            String separator = i == 0 ? "" : ", ";
            Field field = fields.get(i);
            select.append(separator)
                    .append("CAST(u.f")
                    .append(i)
                    .append(" AS ")
                    .append(field.type(target))
                    .append(") AS ")
                    .append(field.name());
            names.append(separator).append('f').append(i);
        }
        String markers = fields.stream().map(field -> "?").collect(Collectors.joining(", "));
        return select + " FROM unnest(" + markers + ") AS u (" + names + "))";
    }

    /** @param source of {@code n}: a table's name, or a query in parentheses */
    String of(Target target, Shape shape, String source) {
        String n = source + " AS n";
        String rows = target.rows() + " AS t";
        return switch (shape.operation()) {
            case DELETE -> "DELETE FROM " + rows + " USING " + n + " WHERE " + byOldKey(target);
            case UPDATE ->
                "UPDATE " + rows + " SET " + sets(target, shape, "n") + " FROM " + n + " WHERE " + byOldKey(target);
            case REPLACE ->
                "UPDATE " + rows + " SET " + sets(target, shape, "n") + " FROM " + n + " WHERE " + byImageKey(target);
            case INSERT -> insert(target, n);
            case INSERT_ABSENT ->
                insert(target, n) + " WHERE NOT EXISTS (SELECT 1 FROM " + rows + " WHERE " + byImageKey(target) + ")";
            case MISSING ->
                "SELECT n.o FROM " + n + " WHERE NOT EXISTS (SELECT 1 FROM " + rows + " WHERE " + byOldKey(target)
                        + ") ORDER BY n.o";
            case COUNT -> "SELECT count(*) FROM " + rows + ", " + n + " WHERE " + byOldKey(target);
            case SHARED ->
                "SELECT n.o FROM " + n + " WHERE (SELECT count(*) FROM " + rows + " WHERE " + byImageKey(target)
                        + ") > 1 ORDER BY n.o";
            case DELETE_EQUAL ->
                equalRows(target, source) + "DELETE FROM " + rows + " USING d WHERE " + place.equal("t", "d");
            case UPDATE_EQUAL ->
                equalRows(target, source) + "UPDATE " + rows + " SET " + sets(target, shape, "d") + " FROM d WHERE "
                        + place.equal("t", "d");
        };
    }

    /** Writes the rows that an update reaches into {@code kept}, as they become. */
    String keep(Target target, Shape shape, String source, String kept) {
        boolean equal = shape.operation() == Shape.Operation.UPDATE_EQUAL;
        String from = equal ? "d" : "n";
        Map<String, String> set = new HashMap<>();
        shape.columns().forEach(column -> set.put(target.columnName(column), from + ".c" + column));
        String values = target.rewritten().stream()
                .map(name -> set.getOrDefault(name, "t." + name))
                .collect(Collectors.joining(", "));
        String select = " SELECT " + values + " FROM " + target.rows() + " AS t, ";
        String into = "INSERT INTO " + kept + " (" + String.join(", ", target.rewritten()) + ")";
        return equal
                ? equalRows(target, source) + into + select + "d WHERE " + place.equal("t", "d")
                : into + select + source + " AS n WHERE " + reached(target, shape);
    }

    /** Deletes the rows that an update reaches. */
    String remove(Target target, Shape shape, String source) {
        return shape.operation() == Shape.Operation.UPDATE_EQUAL
                ? of(target, Shape.DELETE_EQUAL, source)
                : "DELETE FROM " + target.rows() + " AS t USING " + source + " AS n WHERE " + reached(target, shape);
    }

    /** Inserts the rows that were kept. */
    String bringBack(Target target, String kept) {
        String columns = String.join(", ", target.rewritten());
        return "INSERT INTO " + target.name() + " (" + columns + ")" + (overriding ? " OVERRIDING SYSTEM VALUE" : "")
                + " SELECT " + columns + " FROM " + kept;
    }

    private static String reached(Target target, Shape shape) {
        return shape.operation() == Shape.Operation.REPLACE ? byImageKey(target) : byOldKey(target);
    }

    /** COPY straight into a table that is not merged, for inserts that need no look at what is there. */
    static String copyInto(Target target) {
        return "COPY " + target.name() + " (" + columns(target, target::columnName) + ") FROM STDIN";
    }

    private String insert(Target target, String n) {
        Origin origin = target.route().origin();
        String values = columns(target, column -> "n.c" + column);
        return "INSERT INTO " + target.name() + " ("
                + OriginSql.with(origin, columns(target, target::columnName), OriginSql.COLUMN) + ")"
                + (overriding ? " OVERRIDING SYSTEM VALUE" : "") + " SELECT "
                + (origin == null ? values : OriginSql.with(origin, values, OriginSql.value(origin)))
                + " FROM " + n;
    }

    private static String columns(Target target, Function<Integer, String> form) {
        return target.writable().stream().map(form).collect(Collectors.joining(", "));
    }

    private static String sets(Target target, Shape shape, String from) {
        return shape.columns().stream()
                .map(column -> target.columnName(column) + " = " + from + ".c" + column)
                .collect(Collectors.joining(", "));
    }

    private static String byOldKey(Target target) {
        return byKey(target, place -> "n.k" + place);
    }

    private static String byImageKey(Target target) {
        return byKey(target, place -> "n.c" + target.key().get(place));
    }

    private static String byKey(Target target, Function<Integer, String> other) {
        return IntStream.range(0, target.key().size())
                        .mapToObj(place -> "t." + target.columnName(target.key().get(place)) + " "
                                + target.keyOperator(place) + " " + other.apply(place))
                        .collect(Collectors.joining(" AND "))
                + target.andOwn("t");
    }

    /**
     * Pairs each change with a row of its own that equals its old row: the j-th of equal changes with the j-th of equal rows. Rows are equal when their stored bytes are
     * ({@code *=}), since = may be missing (json) or mean something else (box compares areas, numeric 1.0 equals 1.00): T15. Their texts are compared before that, because
     * only these can be hashed; rows of the same bytes have the same text.
     */
    private String equalRows(Target target, String source) {
        List<String> stored = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        for (int column : target.writable()) {
            // A domain's own type would not compare with its base type.
            stored.add("CAST(t." + target.columnName(column) + " AS " + target.unconstrained(column) + ")");
            wanted.add("n.b" + column);
        }
        String row = "ROW(" + String.join(", ", stored) + ")";
        String image = "ROW(" + String.join(", ", wanted) + ")";
        return "WITH n AS (SELECT * FROM " + source + " AS q), m AS (SELECT " + place.columns("t")
                + ", n.g, row_number() OVER (PARTITION BY n.g"
                + (target.isRewritten() ? " ORDER BY " + place.order("t") : "") + ") AS r FROM n JOIN " + target.rows()
                + " AS t ON CAST("
                + row
                + " AS text) = CAST(" + image + " AS text) AND CAST(" + row + " AS record) *= CAST(" + image
                + " AS record)" + target.andOwn("t")
                + " WHERE n.r = 1), d AS (SELECT " + place.handedOn("m") + ", n.* FROM m JOIN n ON n.g = m.g"
                + " AND n.r = m.r) ";
    }
}
