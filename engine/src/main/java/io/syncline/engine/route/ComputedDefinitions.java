package io.syncline.engine.route;

import io.syncline.api.model.Column;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableRoute;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of a table that the schema stage makes, with those that the task computes. */
final class ComputedDefinitions {

    private ComputedDefinitions() {}

    /** @param route of the table's rows; null for a table without one, such as a partition */
    static List<ColumnDefinition> in(List<ColumnDefinition> columns, @Nullable TableRoute route) {
        Shaping shaping = route == null ? null : route.shaping();
        if (route == null || shaping == null) {
            return columns;
        }
        List<ColumnDefinition> made = new ArrayList<>(columns);
        shaping.computed().keySet().stream().sorted().forEach(index -> {
            Column column = route.destination().columns().get(index);
            int at = made.stream().map(ColumnDefinition::name).toList().indexOf(column.name());
            if (at < 0) {
                made.add(new ColumnDefinition(column.name(), column.type().name(), null, false, null, null, null));
            } else if (!made.get(at).type().equals(column.type().name())) {
                // A default or collation of another type may not fit.
                made.set(
                        at,
                        new ColumnDefinition(
                                column.name(),
                                column.type().name(),
                                null,
                                made.get(at).notNull(),
                                null,
                                null,
                                null));
            }
        });
        return made;
    }
}
