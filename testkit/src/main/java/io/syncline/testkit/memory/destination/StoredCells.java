package io.syncline.testkit.memory.destination;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableRoute;
import io.syncline.testkit.memory.table.Cells;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Finds the places of a route's columns in the stored table, which may have more columns in another order. */
final class StoredCells {

    private StoredCells() {}

    /** @param value by index into {@code columns} */
    static Cells of(MemoryStore store, TableRoute route, IntFunction<@Nullable String> value, List<Column> columns) {
        List<Column> stored = store.table(route.destination().table()).columns();
        return Cells.of(stored.size(), place -> {
            for (int column = 0; column < columns.size(); column++) {
                if (columns.get(column).name().equals(stored.get(place).name())) {
                    return value.apply(column);
                }
            }
            return null;
        });
    }

    /** Where the route's n-th destination column is stored. */
    static int place(MemoryStore store, TableRoute route, int column) {
        List<Column> stored = store.table(route.destination().table()).columns();
        String name = route.destination().columns().get(column).name();
        for (int place = 0; place < stored.size(); place++) {
            if (stored.get(place).name().equals(name)) {
                return place;
            }
        }
        throw new IllegalStateException("no column " + name);
    }
}
