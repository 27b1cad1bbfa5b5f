package io.syncline.testkit.memory.source;

import io.syncline.api.model.TableSchema;
import io.syncline.testkit.memory.table.Cells;
import io.syncline.testkit.memory.table.MemoryType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The source's own order of keys, which nobody else could guess: longer values come first, and each is read backwards. */
final class KeyOrder {

    private static final Comparator<String> VALUES =
            Comparator.comparingInt(String::length).reversed().thenComparing(KeyOrder::backwards);

    static final Comparator<List<String>> ORDER = (one, other) -> {
        for (int i = 0; i < one.size(); i++) {
            int order = VALUES.compare(one.get(i), other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    };

    private KeyOrder() {}

    private static String backwards(String value) {
        return new StringBuilder(value).reverse().toString();
    }

    /** The text forms of a row's key. */
    static List<String> key(TableSchema table, Cells cells) {
        return table.key().columns().stream()
                .map(column -> String.valueOf(cells.get(column)))
                .toList();
    }

    /** What equal keys have in common. */
    static List<String> canonical(TableSchema table, List<String> key) {
        List<String> canonical = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            int column = table.key().columns().get(i);
            MemoryType type =
                    MemoryType.named(table.columns().get(column).type().name());
            canonical.add(type.canonical(key.get(i)));
        }
        return canonical;
    }
}
