package io.syncline.engine.route;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.task.Capitalization;
import io.syncline.api.task.Merge;
import io.syncline.api.task.ObjectName;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.ObjectTarget;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Partitions;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Matches the source's tables with the task's rules. */
public final class RoutePlanner {

    private final Task task;
    private final String taskId;
    private final String destinationDatabase;

    /** @param taskId which rows of merged tables carry in their origin */
    public RoutePlanner(Task task, String taskId, String destinationDatabase) {
        this.task = task;
        this.taskId = taskId;
        this.destinationDatabase = destinationDatabase;
    }

    /**
     * @param destination the destination's catalog, or null when it cannot be asked: shapes are then derived from the source's, as for tables that do not exist yet
     * @throws SyncException TASK_FILE_INVALID when a table that is named outright does not exist, when nothing is chosen, or when two tables would go to one and
     *     are not merged, or are not alike
     */
    public RoutePlan plan(CatalogReader source, @Nullable CatalogReader destination) {
        Map<TableId, TableInfo> chosen = chosen(source);
        requireNamedTables(chosen);
        requireChanges(chosen);
        return plan(chosen, destination, _ -> true);
    }

    /**
     * The same for a task that has started: a table that is named outright may have had that name before, or be going to have it.
     *
     * @param source its tables as they are where the task stands
     */
    public RoutePlan started(CatalogReader source, @Nullable CatalogReader destination) {
        return started(source, destination, _ -> true);
    }

    /** @param wanted which of the chosen tables are planned: what has become of the others does not matter */
    public RoutePlan started(CatalogReader source, @Nullable CatalogReader destination, Predicate<TableId> wanted) {
        return plan(chosen(source), destination, wanted);
    }

    private Map<TableId, TableInfo> chosen(CatalogReader source) {
        Map<TableId, TableInfo> chosen = new TreeMap<>();
        source.tables(this::chooses).forEach(info -> chosen.put(info.schema().table(), info));
        return chosen;
    }

    private RoutePlan plan(
            Map<TableId, TableInfo> chosen, @Nullable CatalogReader destination, Predicate<TableId> wanted) {
        List<String> notices = notices(chosen);
        Map<TableId, TableId> targets = new TreeMap<>();
        chosen.keySet().forEach(table -> targets.put(table, target(table)));
        MergedTables.requireWanted(targets, table -> ruleOf(table).merge());
        chosen.keySet().removeIf(wanted.negate());
        targets.keySet().retainAll(chosen.keySet());
        Map<TableId, TableSchema> existing = existing(destination, targets);

        List<RoutePlan.Planned> planned = new ArrayList<>();
        chosen.forEach((table, info) -> {
            ObjectRule rule = ruleOf(table);
            TableId target = targets.getOrDefault(table, table);
            TableRoute route = route(info.schema(), target, rule, Optional.ofNullable(existing.get(target)));
            planned.add(new RoutePlan.Planned(
                    info,
                    route,
                    new ColumnNames(rule, task.capitalization()),
                    operations(rule, table),
                    rule.merge() == null ? rule.partitions() : Partitions.FLATTEN,
                    rule));
        });
        MergedTables.requireAlike(planned.stream().map(RoutePlan.Planned::route).toList());
        return new RoutePlan(planned, notices);
    }

    public boolean chooses(TableId table) {
        return rule(table) != null;
    }

    /** The rule that chooses a table; empty when none does. */
    public Optional<ObjectRule> ruleFor(TableId table) {
        return Optional.ofNullable(rule(table));
    }

    /**
     * The way of a table, with the destination's columns as the source's; empty when it is not chosen.
     *
     * @throws SyncException TASK_FILE_INVALID when a rule names a column that it has not
     */
    public Optional<TableRoute> way(TableSchema source) {
        ObjectRule rule = rule(source.table());
        return rule == null
                ? Optional.empty()
                : Optional.of(route(source, target(source.table()), rule, Optional.empty()));
    }

    /** Whether the rules of two chosen names differ in nothing but where they lead to. */
    public boolean alike(TableId one, TableId other) {
        ObjectRule left = ruleOf(one);
        ObjectRule right = ruleOf(other);
        return operations(left, one).equals(operations(right, other))
                && left.columns().equals(right.columns())
                && left.renamed().equals(right.renamed())
                && Objects.equals(left.filter(), right.filter())
                && left.computed().equals(right.computed())
                && left.partitions() == right.partitions()
                && left.merge() == right.merge();
    }

    private Set<Operation> operations(ObjectRule rule, TableId table) {
        return task.policies().operations(rule, table.schema());
    }

    private static Map<TableId, TableSchema> existing(
            @Nullable CatalogReader destination, Map<TableId, TableId> targets) {
        Map<TableId, TableSchema> existing = new HashMap<>();
        if (destination != null) {
            Set<TableId> wanted = Set.copyOf(targets.values());
            destination
                    .tables(wanted::contains)
                    .forEach(info -> existing.put(info.schema().table(), info.schema()));
        }
        return existing;
    }

    private TableId target(TableId table) {
        ObjectRule rule = ruleOf(table);
        ObjectTarget to = rule.to();
        Capitalization capitalization = task.capitalization();
        if (to == null) {
            return new TableId(destinationDatabase, capitalization.of(table.schema()), capitalization.of(table.name()));
        }
        ObjectName name = to.of(rule.pattern(), table.schema(), table.name(), capitalization);
        return new TableId(destinationDatabase, name.schema(), name.table());
    }

    private ObjectRule ruleOf(TableId table) {
        ObjectRule rule = rule(table);
        if (rule == null) {
            throw new IllegalStateException("no rule chose " + table);
        }
        return rule;
    }

    private @Nullable ObjectRule rule(TableId table) {
        return task.rule(table.schema(), table.name());
    }

    private void requireNamedTables(Map<TableId, TableInfo> chosen) {
        for (ObjectRule rule : task.objects()) {
            if (rule.pattern().isExact() && chosen.keySet().stream().noneMatch(table -> matches(rule, table))) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "objects: the source has no table " + rule.pattern().text() + " that can be read",
                        "Check its name: names are case-sensitive, and system tables, temporary tables and those of extensions cannot be chosen.");
            }
        }
        if (chosen.isEmpty()) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID,
                    "objects: no table of the source matches any of the patterns",
                    "Check the patterns: they are schema.table, case-sensitive, with * and ? as wildcards.");
        }
    }

    /** A task that follows no table would keep a log for nothing. */
    private void requireChanges(Map<TableId, TableInfo> chosen) {
        if (task.runs(Stage.INCREMENTAL)
                && chosen.keySet().stream().allMatch(table -> ruleOf(table).refresh() != null)) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID,
                    "objects: every chosen table has refresh, so that there is no change to follow",
                    "Choose at least one table without refresh; or run a task with the stages schema and full again and again.");
        }
    }

    private static boolean matches(ObjectRule rule, TableId table) {
        return rule.pattern().matches(table.schema(), table.name());
    }

    private List<String> notices(Map<TableId, TableInfo> chosen) {
        Stream<String> patterns = task.objects().stream()
                .filter(rule -> chosen.keySet().stream().noneMatch(table -> matches(rule, table)))
                .map(rule -> "The pattern " + rule.pattern().text() + " matches no table.");
        Stream<String> schemas = task.policies().operationsOfSchemas().keySet().stream()
                .sorted()
                .filter(schema -> chosen.keySet().stream()
                        .noneMatch(table -> table.schema().equals(schema)))
                .map(schema -> "No table of the schema " + schema + ", of which the task file says more, is chosen.");
        return Stream.concat(patterns, schemas).toList();
    }

    private TableRoute route(TableSchema source, TableId target, ObjectRule rule, Optional<TableSchema> existing) {
        List<Column> columns = new ArrayList<>();
        List<Integer> fedBy = new ArrayList<>();
        for (String name : rule.columns()) {
            if (source.indexOf(name) < 0) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "objects: table " + source.table() + " has no column " + name,
                        "Check the column's name: it is case-sensitive.");
            }
        }
        RowShapes shapes = new RowShapes(source, rule);
        ColumnNames names = new ColumnNames(rule, task.capitalization());
        for (int i = 0; i < source.columns().size(); i++) {
            Column column = source.columns().get(i);
            if (column.generated() || !names.carries(column.name())) {
                continue;
            }
            columns.add(destinationColumn(source, column, names.of(column.name()), target, existing));
            fedBy.add(i);
        }
        shapes.computed((name, column) -> destinationColumn(source, column, name, target, existing), columns, fedBy);
        requireDistinct(source, columns);
        Merge merge = rule.merge();
        if (merge != null) {
            MergedTables.requireFree(source, columns);
            existing.ifPresent(MergedTables::requireColumn);
        }
        long version = existing.map(TableSchema::version).orElse(0L);
        return new TableRoute(
                source,
                new TableSchema(target, version, columns, key(source, fedBy)),
                fedBy,
                shapes.of(columns, fedBy),
                merge == null ? null : Origin.of(taskId, source.table(), merge == Merge.ORIGIN));
    }

    private static void requireDistinct(TableSchema source, List<Column> columns) {
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            if (!names.add(column.name())) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "objects: two columns of " + source.table() + " would be called " + column.name()
                                + " at the destination",
                        "Give one of them another name with rename, or leave it out of columns.");
            }
        }
    }

    private static Column destinationColumn(
            TableSchema source, Column column, String name, TableId target, Optional<TableSchema> existing) {
        if (existing.isEmpty()) {
            return new Column(name, column.type(), column.nullable(), false);
        }
        int index = existing.get().indexOf(name);
        if (index < 0) {
            throw new SyncException(
                    ErrorCode.DESTINATION_SCHEMA,
                    "the destination table " + target + " has no column " + name + ", which " + source.table()
                            + " would fill",
                    "Add the column, or choose the columns to carry in the task file.");
        }
        Column there = existing.get().columns().get(index);
        if (there.generated()) {
            throw new SyncException(
                    ErrorCode.DESTINATION_SCHEMA,
                    "the column " + name + " of the destination table " + target + " is generated, but "
                            + source.table() + " would fill it",
                    "Make it an ordinary column, or leave it out of the chosen columns.");
        }
        return there;
    }

    private static Key key(TableSchema source, List<Integer> fedBy) {
        List<Integer> columns = new ArrayList<>();
        for (int index : source.key().columns()) {
            int at = fedBy.indexOf(index);
            if (at < 0) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "objects: the key column " + source.columns().get(index).name() + " of " + source.table()
                                + " is not carried, so that its rows could not be found again",
                        "Choose all columns of the key; a generated column cannot be part of it.");
            }
            columns.add(at);
        }
        return new Key(source.key().kind(), columns, source.key().deferrable());
    }
}
