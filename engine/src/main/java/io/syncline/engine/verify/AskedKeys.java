package io.syncline.engine.verify;

import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import java.util.Collection;
import java.util.List;

/** Keys of digests as rows in source columns, of which only the key is present. */
final class AskedKeys {

    private AskedKeys() {}

    static List<Row> of(TableRoute route, Collection<Row> keys) {
        return keys.stream().map(key -> of(route.source(), key)).toList();
    }

    private static Row of(TableSchema table, Row key) {
        RowBuilder row = new RowBuilder(table.columns().size());
        for (int column = 0; column < table.columns().size(); column++) {
            int place = table.key().columns().indexOf(column);
            if (place < 0) {
                row.state(Row.ABSENT);
            } else {
                row.value(key.page(), key.offset(place), key.length(place));
            }
        }
        return row.build();
    }
}
