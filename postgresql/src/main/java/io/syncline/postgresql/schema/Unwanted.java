package io.syncline.postgresql.schema;

import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.ForeignKey;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.task.Carried;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes out the indexes and foreign keys of a task that wants none, and counts them. An index that rows are found by stays. */
final class Unwanted {

    private final ObjectScope scope;
    private final Map<Carried, Integer> counts = new EnumMap<>(Carried.class);

    Unwanted(ObjectScope scope) {
        this.scope = scope;
    }

    List<SchemaObject> without(List<? extends SchemaObject> objects) {
        List<SchemaObject> wanted = new ArrayList<>();
        for (SchemaObject object : objects) {
            Carried kind = kind(object);
            if (kind == null || scope.carries(kind)) {
                wanted.add(object);
            } else {
                counts.merge(kind, 1, Integer::sum);
            }
        }
        return wanted;
    }

    List<LeftOut> leftOut() {
        return counts.entrySet().stream()
                .map(entry -> new LeftOut(
                        entry.getKey().key() + " (" + entry.getValue() + ")",
                        "carry." + entry.getKey().key() + " is false"))
                .toList();
    }

    private static @Nullable Carried kind(SchemaObject object) {
        if (object instanceof Index index) {
            return index.findsRows() ? null : Carried.INDEXES;
        }
        return object instanceof ForeignKey ? Carried.FOREIGN_KEYS : null;
    }
}
