package io.syncline.postgresql.shape;

import io.syncline.api.model.Column;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableRoute;
import io.syncline.api.task.SqlExpression;
import io.syncline.postgresql.session.Quoting;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The one text of a route's filter and computed columns: load, stream, compare and precheck evaluate what is made here (docs/design/row-shaping.md). Rows are read from a relation
 * with the source's columns, in the types in which their values are written.
 */
public final class ShapingSql {

    private final TableRoute route;
    private final Shaping shaping;

    /** @param route with a shaping */
    public ShapingSql(TableRoute route) {
        Shaping found = route.shaping();
        if (found == null) {
            throw new IllegalArgumentException("rows of " + route.source().table() + " are written as they are");
        }
        this.route = route;
        this.shaping = found;
    }

    /** Column definitions of the relation that rows are read from, in the order of {@link TableRoute#readColumns()}. */
    public String columns() {
        return shaping.reads().stream()
                .map(index -> name(index) + " " + type(index))
                .collect(Collectors.joining(", "));
    }

    /** Its column names, in the same order. */
    public String names() {
        return shaping.reads().stream().map(this::name).collect(Collectors.joining(", "));
    }

    /** A column's name that none of the source's columns has. */
    public String ordinal() {
        Set<String> taken = route.source().columns().stream().map(Column::name).collect(Collectors.toSet());
        String name = "n";
        while (taken.contains(name)) {
            name += "n";
        }
        return Quoting.identifier(name);
    }

    /**
     * What is written of the relation's rows, one value a destination column, each in its column's type without a length: the assignment checks that (T16).
     *
     * @param relation quoted name
     * @param before further expressions with commas behind them, or empty
     */
    public String select(String relation, String before) {
        String values = IntStream.range(0, route.destination().columns().size())
                .mapToObj(this::value)
                .collect(Collectors.joining(", "));
        SqlExpression filter = shaping.filter();
        return "SELECT " + before + values + " FROM " + relation
                + (filter == null ? "" : " WHERE (" + filter.text() + ")");
    }

    /** Names of the destination's columns, in order. */
    public String destinationNames() {
        return route.destination().columns().stream()
                .map(column -> Quoting.identifier(column.name()))
                .collect(Collectors.joining(", "));
    }

    private String value(int column) {
        SqlExpression computed = shaping.computed().get(column);
        if (computed == null) {
            return name(route.sourceColumn(column));
        }
        return "CAST((" + computed.text() + ") AS "
                + route.destination().columns().get(column).type().unconstrained() + ")";
    }

    /** Everything that is evaluated, with words for it. */
    public List<Named> expressions() {
        Set<Named> named = new HashSet<>();
        SqlExpression filter = shaping.filter();
        if (filter != null) {
            named.add(new Named("filter", "(" + filter.text() + ") IS TRUE"));
        }
        shaping.computed()
                .keySet()
                .forEach(column -> named.add(new Named(
                        "column " + route.destination().columns().get(column).name(), value(column))));
        return named.stream()
                .sorted(java.util.Comparator.comparing(Named::words))
                .toList();
    }

    /** @param sql one scalar expression */
    public record Named(String words, String sql) {}

    private String name(int sourceColumn) {
        return Quoting.identifier(route.source().columns().get(sourceColumn).name());
    }

    /** Of a column that is carried as it is, the destination's, so that a condition sees what readers will see. */
    private String type(int sourceColumn) {
        int carried = route.sourceColumns().indexOf(sourceColumn);
        Column column = carried < 0
                ? route.source().columns().get(sourceColumn)
                : route.destination().columns().get(carried);
        return column.type().unconstrained();
    }
}
