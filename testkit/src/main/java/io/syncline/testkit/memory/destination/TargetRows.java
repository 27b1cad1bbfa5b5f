package io.syncline.testkit.memory.destination;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.model.Column;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.testkit.memory.table.Cells;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of one destination table as a transaction sees them, found and written by rows of the source. */
final class TargetRows {

    private final StoreTransaction transaction;
    private final TableRoute route;
    private final TableId table;
    private final List<Column> columns;
    /** Where each destination column of the route is stored. */
    private final List<Integer> places = new ArrayList<>();

    private final List<Integer> key;

    TargetRows(MemoryStore store, StoreTransaction transaction, TableRoute route) {
        this.transaction = transaction;
        this.route = route;
        this.table = route.destination().table();
        this.columns = store.table(table).columns();
        for (int column = 0; column < route.destination().columns().size(); column++) {
            places.add(StoredCells.place(store, route, column));
        }
        this.key = route.destination().key().columns().stream().map(places::get).toList();
    }

    /** True when every column that is written is there. */
    boolean isComplete(Row image) {
        return route.sourceColumns().stream().allMatch(image::isPresent);
    }

    /** Whether both rows of the source have one key. */
    boolean sameKey(Row one, Row other) {
        return Objects.equals(keyOf(one), keyOf(other));
    }

    private @Nullable List<String> keyOf(Row row) {
        return merged(Cells.of(columns.size(), place -> null), row, List.of()).key(columns, key);
    }

    /** The identity of the row with the key of {@code row}, or null. */
    @Nullable
    Long find(Row row) {
        List<String> wanted = keyOf(row);
        if (wanted == null) {
            throw new IllegalStateException("a change of " + route.source().table() + " came without its key");
        }
        return transaction.visible(table).entrySet().stream()
                .filter(entry -> wanted.equals(entry.getValue().key(columns, key)))
                .map(java.util.Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** The identity of one of the rows that equal {@code row} in all columns, or null. */
    @Nullable
    Long findWhole(Row row) {
        Cells wanted = cells(row);
        return transaction.visible(table).entrySet().stream()
                .filter(entry -> wanted.equals(entry.getValue()))
                .map(java.util.Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    void insert(Row complete) {
        transaction.insert(table, cells(complete));
    }

    /** Writes the present columns of an image; {@code only}, when not empty, says which destination columns. */
    void update(long identity, Row image, List<Integer> only) {
        Cells before = transaction.visible(table).get(identity);
        if (before == null) {
            throw new IllegalStateException("no row " + identity);
        }
        transaction.put(table, identity, merged(before, image, only));
    }

    void upsert(Row complete) {
        Long there = find(complete);
        if (there == null) {
            insert(complete);
        } else {
            update(there, complete, List.of());
        }
    }

    void deleteByKey(Row row) {
        Long there = find(row);
        if (there != null) {
            transaction.delete(table, there);
        }
    }

    void delete(long identity) {
        transaction.delete(table, identity);
    }

    RefetchRequest request(Row image) {
        List<Integer> keyColumns = route.source().key().columns();
        RowBuilder row = new RowBuilder(image.columns());
        for (int column = 0; column < image.columns(); column++) {
            if (keyColumns.contains(column)) {
                row.value(image.text(column));
            } else {
                row.state(Row.ABSENT);
            }
        }
        return new RefetchRequest(route, row.build());
    }

    private Cells cells(Row complete) {
        if (!isComplete(complete)) {
            throw new IllegalStateException("an image of " + route.source().table() + " is not complete");
        }
        return merged(Cells.of(columns.size(), place -> null), complete, List.of());
    }

    private Cells merged(Cells before, Row image, List<Integer> only) {
        Cells merged = before;
        for (int column = 0; column < places.size(); column++) {
            int from = route.sourceColumn(column);
            if (image.isPresent(from) && (only.isEmpty() || only.contains(column))) {
                merged = merged.with(places.get(column), Cells.value(image, from));
            }
        }
        return merged;
    }
}
