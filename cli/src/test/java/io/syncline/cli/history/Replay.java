package io.syncline.cli.history;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The tables of a schema, made by nothing but a log. */
final class Replay {

    private final String schema;
    private final Map<String, ReplayedTable> tables = new TreeMap<>();

    Replay(String schema) {
        this.schema = schema;
    }

    /**
     * A table at one moment.
     *
     * @param content equal for equal columns and rows under the same name
     */
    record State(String name, BigInteger content) {}

    /** Says whether the transaction changes any of the tables. */
    boolean apply(List<LogLine> transaction) {
        boolean touched = false;
        for (LogLine line : transaction) {
            touched |= switch (line) {
                case LoggedChange change -> changed(change);
                case LoggedShape shape -> shape.schema().equals(schema) && shaped(shape);
                case LoggedRewrite rewrite -> rewrite.schema().equals(schema) && rewritten(rewrite);
                case LoggedDrop drop -> drop.schema().equals(schema) && dropped(drop);
            };
        }
        return touched;
    }

    /** By oid. */
    Map<Long, State> state() {
        Map<Long, State> state = new HashMap<>();
        tables.forEach((name, table) -> state.put(oid(table), new State(name, table.digest())));
        return state;
    }

    /** All columns and rows, for people. */
    String show() {
        return tables.values().stream().map(ReplayedTable::show).collect(Collectors.joining("\n"));
    }

    private boolean changed(LoggedChange change) {
        boolean touched = false;
        for (LoggedChange.Table table : change.tables()) {
            if (table.schema().equals(schema)) {
                tables.computeIfAbsent(table.name(), ReplayedTable::new).apply(change);
                touched = true;
            }
        }
        return touched;
    }

    /** A table that a query fills has its rows before it is told. */
    private boolean shaped(LoggedShape shape) {
        ReplayedTable table = tables.values().stream()
                .filter(known -> known.oid().filter(oid -> oid == shape.table()).isPresent())
                .findFirst()
                .orElseGet(() -> tables.computeIfAbsent(shape.name(), ReplayedTable::new));
        tables.values().remove(table);
        table.become(shape);
        if (tables.put(shape.name(), table) != null) {
            throw new AssertionError("two tables have the name " + shape.name());
        }
        return true;
    }

    private boolean rewritten(LoggedRewrite rewrite) {
        tables.values().stream().filter(table -> oid(table) == rewrite.table()).forEach(ReplayedTable::rewrite);
        return true;
    }

    private boolean dropped(LoggedDrop drop) {
        return tables.values().removeIf(table -> oid(table) == drop.table());
    }

    private static long oid(ReplayedTable table) {
        return table.oid().orElseThrow(() -> new AssertionError("the log does not tell of the table\n" + table.show()));
    }
}
