package io.syncline.engine.simulation;

import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.testkit.memory.source.TableDefinition;
import io.syncline.testkit.memory.table.Cells;
import io.syncline.testkit.memory.table.MemoryType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The source's tables, one for each way in which tables are hard, spread over two or three streams, and random rows for them. */
final class Tables {

    static final String CHOSEN = "app";
    static final TableId SEATS = new TableId("shop", CHOSEN, "seats");
    static final TableId NOISE = new TableId("shop", "other", "noise");

    private final Chance chance;
    private final List<StreamId> streams;
    private final Map<TableId, TableDefinition> definitions = new TreeMap<>();
    private final Map<TableId, Supplier<Cells>> rows = new TreeMap<>();
    private long versions;

    Tables(Chance chance) {
        this.chance = chance;
        this.streams = List.of(new StreamId("east"), new StreamId("west"), new StreamId("north"))
                .subList(0, chance.between(2, 3));
        add(
                table("accounts", List.of(0), integer("id"), integer("balance"), text("doc")),
                false,
                List.of(2),
                List.of(),
                () -> Cells.of(number(12), number(1000), large()));
        add(
                table("archive", List.of(0), integer("id"), text("doc")),
                true,
                List.of(1),
                List.of(),
                () -> Cells.of(number(12), large()));
        add(
                table("orders", List.of(1, 0), numeric("no"), text("region"), text("note"), text("doc")),
                false,
                List.of(2, 3),
                List.of(),
                () -> Cells.of(
                        number(6) + chance.pick("", ".0", ".00", ".5"), chance.pick("n", "s"), large(), large()));
        add(
                table("codes", List.of(0), citext("code"), text("meaning")),
                false,
                List.of(1),
                List.of(),
                () -> Cells.of(chance.pick("a", "A", "b", "B", "c") + chance.pick("x", "X", "y", "Y", "z"), large()));
        add(
                table(SEATS.name(), List.of(0), integer("id"), integer("seat"), text("who")),
                false,
                List.of(2),
                List.of(1),
                () -> Cells.of(number(10), chance.oneIn(6) ? null : number(12), large()));
        add(
                table("events", List.of(), text("kind"), integer("amount"), text("payload")),
                true,
                List.of(2),
                List.of(),
                () -> Cells.of(chance.pick("in", "out"), number(3), payload()));
        add(
                new TableSchema(NOISE, ++versions, List.of(integer("id")), key(List.of(0))),
                false,
                List.of(),
                List.of(),
                () -> Cells.of(number(100)));
    }

    private void add(TableSchema schema, boolean full, List<Integer> large, List<Integer> unique, Supplier<Cells> row) {
        TableDefinition definition = new TableDefinition(schema, chance.pick(streams), full, large, unique);
        definitions.put(definition.id(), definition);
        rows.put(definition.id(), row);
    }

    List<TableDefinition> all() {
        return List.copyOf(definitions.values());
    }

    List<TableDefinition> of(StreamId stream) {
        return definitions.values().stream()
                .filter(table -> table.stream().equals(stream))
                .toList();
    }

    /** Streams that have a table. */
    List<StreamId> streams() {
        return definitions.values().stream()
                .map(TableDefinition::stream)
                .distinct()
                .sorted()
                .toList();
    }

    static boolean isChosen(TableDefinition table) {
        return table.id().schema().equals(CHOSEN);
    }

    /** Where a chosen table goes. */
    static TableId destination(TableId table) {
        return table.equals(SEATS)
                ? new TableId("copy", "hall", "places")
                : new TableId("copy", table.schema(), table.name());
    }

    Cells row(TableId table) {
        Supplier<Cells> row = rows.get(table);
        if (row == null) {
            throw new IllegalArgumentException("no table " + table);
        }
        return row.get();
    }

    private TableSchema table(String name, List<Integer> key, Column... columns) {
        return new TableSchema(new TableId("shop", CHOSEN, name), ++versions, List.of(columns), key(key));
    }

    private static Key key(List<Integer> columns) {
        return columns.isEmpty() ? Key.NONE : new Key(Key.Kind.PRIMARY, columns, false);
    }

    private static Column integer(String name) {
        return new Column(name, MemoryType.INTEGER.columnType(), name.equals("seat"), false);
    }

    private static Column numeric(String name) {
        return new Column(name, MemoryType.NUMERIC.columnType(), false, false);
    }

    private static Column citext(String name) {
        return new Column(name, MemoryType.CITEXT.columnType(), false, false);
    }

    private static Column text(String name) {
        return new Column(name, MemoryType.TEXT.columnType(), true, false);
    }

    private String number(int most) {
        return Integer.toString(chance.between(1, most));
    }

    private @Nullable String payload() {
        return chance.oneIn(3) ? null : chance.pick("short", "a long payload");
    }

    /** Sometimes NULL, sometimes short, mostly long enough to be left out when it does not change; with what COPY must escape. */
    private @Nullable String large() {
        return switch (chance.between(0, 7)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> "\\N";
            case 3 -> "tab\tand\nline " + number(9);
            default -> "a long document of number " + number(1000);
        };
    }

    /** The columns of a table that its key does not hold. */
    static List<Integer> others(TableSchema schema) {
        List<Integer> others = new ArrayList<>();
        for (int column = 0; column < schema.columns().size(); column++) {
            if (!schema.key().columns().contains(column)) {
                others.add(column);
            }
        }
        return others;
    }
}
