package io.syncline.testkit.memory.destination;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.testkit.memory.table.Cells;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A table's committed rows, by an identity that a row keeps while it is updated. */
final class StoreTable {

    /** @param columns indexes of its columns */
    record Unique(String name, List<Integer> columns) {}

    private final TableId id;
    private final List<Column> columns;
    private final SortedMap<Long, Cells> rows = new TreeMap<>();
    private final List<Unique> uniques = new ArrayList<>();

    StoreTable(TableId id, List<Column> columns) {
        this.id = id;
        this.columns = List.copyOf(columns);
    }

    TableId id() {
        return id;
    }

    List<Column> columns() {
        return columns;
    }

    SortedMap<Long, Cells> rows() {
        return rows;
    }

    /** @throws UniqueViolation when rows that are there have equal values */
    void add(Unique unique) {
        rows.forEach((identity, cells) -> requireFree(unique, identity, cells, rows));
        uniques.add(unique);
    }

    /** @throws UniqueViolation when another of {@code visible} has an equal value under any constraint */
    void requireFree(long identity, Cells cells, Map<Long, Cells> visible) {
        uniques.forEach(unique -> requireFree(unique, identity, cells, visible));
    }

    private void requireFree(Unique unique, long identity, Cells cells, Map<Long, Cells> visible) {
        @Nullable List<String> key = cells.key(columns, unique.columns());
        if (key == null) {
            return;
        }
        visible.forEach((other, row) -> {
            if (other != identity && key.equals(row.key(columns, unique.columns()))) {
                throw new UniqueViolation(id, unique.name());
            }
        });
    }
}
