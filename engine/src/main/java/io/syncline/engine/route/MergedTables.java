package io.syncline.engine.route;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.task.Merge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What several source tables need to become one destination table (docs/design/merge.md). */
final class MergedTables {

    private MergedTables() {}

    /**
     * @param targets destination tables by source table
     * @param merges what a source table's rule says
     * @throws SyncException TASK_FILE_INVALID when two tables would go to one and are not merged
     */
    static void requireWanted(Map<TableId, TableId> targets, Function<TableId, @Nullable Merge> merges) {
        Map<TableId, TableId> sources = new HashMap<>();
        targets.forEach((source, target) -> {
            TableId other = sources.putIfAbsent(target, source);
            if (other == null) {
                return;
            }
            Merge merge = merges.apply(source);
            if (merge == null || merges.apply(other) == null) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "objects: " + other + " and " + source + " would both go to " + target,
                        "Give each its own destination name, or say merge in the entries of both.");
            }
            if (merge != merges.apply(other)) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "objects: " + other + " and " + source + " are merged into " + target
                                + ", and their entries do not say the same of merge",
                        "Say the same in both: merge: disjoint where rows of different tables never have the same key, else merge: origin.");
            }
        });
    }

    /** @throws SyncException TASK_FILE_INVALID when the column of origins would be filled with values of the source too */
    static void requireFree(TableSchema source, List<Column> columns) {
        if (columns.stream().anyMatch(column -> column.name().equals(Origin.COLUMN))) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID,
                    "objects: the table " + source.table() + ", which is merged, has a column " + Origin.COLUMN
                            + " itself, and a row has one origin",
                    "Choose the columns without it, or rename it.");
        }
    }

    /** @throws SyncException DESTINATION_SCHEMA when a table that is there has no column for origins */
    static void requireColumn(TableSchema existing) {
        int at = existing.indexOf(Origin.COLUMN);
        Column column = at < 0 ? null : existing.columns().get(at);
        if (column == null || column.generated() || !column.type().name().equals("text")) {
            throw new SyncException(
                    ErrorCode.DESTINATION_SCHEMA,
                    "the destination table " + existing.table() + " has no column " + Origin.COLUMN
                            + " of type text, in which a merged table keeps where each row comes from",
                    "ALTER TABLE \"" + existing.table().schema() + "\".\""
                            + existing.table().name() + "\" ADD COLUMN " + Origin.COLUMN + " text;");
        }
    }

    /** @throws SyncException TASK_FILE_INVALID when tables of one group differ in their columns or keys */
    static void requireAlike(List<TableRoute> routes) {
        groups(routes).values().forEach(group -> {
            TableRoute first = group.getFirst();
            for (TableRoute other : group) {
                List<String> differences = differences(first, other);
                if (!differences.isEmpty()) {
                    throw new SyncException(
                            ErrorCode.TASK_FILE_INVALID,
                            "objects: " + first.source().table() + " and "
                                    + other.source().table() + " are merged into "
                                    + first.destination().table() + " and are not alike: "
                                    + String.join("; ", differences),
                            "Carry the same columns of both, with the same types and the same key (columns, rename and compute in their entries), or give each its own destination name.");
                }
            }
        });
    }

    /** The merged tables, each with the routes to it by source table. */
    static SortedMap<TableId, List<TableRoute>> groups(List<TableRoute> routes) {
        SortedMap<TableId, List<TableRoute>> groups = new TreeMap<>();
        routes.stream()
                .filter(route -> route.origin() != null)
                .forEach(route -> groups.computeIfAbsent(route.destination().table(), target -> new ArrayList<>())
                        .add(route));
        return groups;
    }

    private static List<String> differences(TableRoute one, TableRoute other) {
        Map<String, String> here = columns(one);
        Map<String, String> there = columns(other);
        TreeSet<String> names = new TreeSet<>(here.keySet());
        names.addAll(there.keySet());
        List<String> differences = names.stream()
                .filter(name -> !Objects.equals(here.get(name), there.get(name)))
                .map(name -> "column " + name + " is " + here.getOrDefault(name, "missing") + " and "
                        + there.getOrDefault(name, "missing"))
                .collect(Collectors.toCollection(ArrayList::new));
        if (!key(one).equals(key(other))) {
            differences.add("the key is " + key(one) + " and " + key(other));
        }
        return differences;
    }

    private static Map<String, String> columns(TableRoute route) {
        Map<String, String> types = new HashMap<>();
        route.destination()
                .columns()
                .forEach(column -> types.put(column.name(), column.type().name()));
        route.source().columns().stream()
                .filter(Column::generated)
                .forEach(column -> types.put(column.name(), column.type().name() + " generated"));
        return types;
    }

    private static String key(TableRoute route) {
        TableSchema table = route.destination();
        return table.key().columns().stream()
                        .map(index -> table.columns().get(index).name())
                        .toList()
                + (table.key().deferrable() ? " deferrable" : "");
    }
}
