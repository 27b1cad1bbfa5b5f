package io.syncline.engine.route;

import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.task.Placement;
import io.syncline.api.task.Placement.TableType;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Unique indexes that become primary keys, of tables that have none: over the columns by which the source distributes the table, or where the task file names a primary key. Proven is
 * what the source itself keeps true: its unique index, over columns that are all NOT NULL, which is the key that the route has. What its rows look like at one moment proves nothing of
 * the next. One that says more than its columns (operator classes, collations, orders, parameters) stays what it is: a primary key compares values by their types' defaults.
 */
final class ProvenKeys {

    /** By table of the source; columns as the destination calls them. */
    private final Map<TableId, List<String>> keys = new HashMap<>();

    ProvenKeys(Collection<SchemaObject> objects, Map<TableId, TableRoute> routes, Map<TableId, Placement> placements) {
        Set<TableId> distributed = new HashSet<>();
        Set<TableId> keyed = new HashSet<>();
        for (SchemaObject object : objects) {
            switch (object) {
                case Table table
                when isDistributedByKey(table, routes.get(table.table())) -> distributed.add(table.table());
                case KeyConstraint key when key.kind() == ObjectRef.Kind.PRIMARY_KEY -> keyed.add(key.table());
                default -> {
                    // Says nothing of keys.
                }
            }
        }
        routes.forEach((table, route) -> {
            boolean named = !placements
                    .getOrDefault(table, Placement.DEFAULT)
                    .primaryKey()
                    .isEmpty();
            if (isProven(route) && !keyed.contains(table) && (named || distributed.contains(table))) {
                keys.put(table, names(route.destination()));
            }
        });
    }

    private static boolean isDistributedByKey(Table table, @Nullable TableRoute route) {
        return route != null
                && table.layout().type() == TableType.HASH
                && Set.copyOf(table.layout().columns()).equals(Set.copyOf(names(route.source())));
    }

    /** Rows of merged tables are told apart by more than the key of one of them. */
    private static boolean isProven(TableRoute route) {
        Key key = route.source().key();
        return key.kind() == Key.Kind.UNIQUE
                && !key.deferrable()
                && route.origin() == null
                && route.destination().key().columns().size() == key.columns().size();
    }

    private static List<String> names(TableSchema table) {
        return table.key().columns().stream()
                .map(column -> table.columns().get(column).name())
                .toList();
    }

    /** @param object with the table's name at the source and the columns' at the destination */
    SchemaObject made(SchemaObject object) {
        return switch (object) {
            case KeyConstraint key
            when key.findsRows() && isOver(key.table(), "UNIQUE ", key.definition()) ->
                primary(key.table(), key.name());
            case Index index
            when index.findsRows() && isOver(index.table(), "USING btree ", index.definition()) ->
                primary(index.table(), index.name());
            default -> object;
        };
    }

    private boolean isOver(TableId table, String before, String definition) {
        List<String> columns = keys.get(table);
        return columns != null && new PrintedSql(definition).with(name -> name).equals(before + list(columns));
    }

    private KeyConstraint primary(TableId table, String name) {
        return new KeyConstraint(
                table, name, ObjectRef.Kind.PRIMARY_KEY, true, definition(keys.getOrDefault(table, List.of())));
    }

    /** A primary key's words. */
    static String definition(List<String> columns) {
        return "PRIMARY KEY " + list(columns);
    }

    private static String list(List<String> columns) {
        return columns.stream()
                .map(column -> '"' + column.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
