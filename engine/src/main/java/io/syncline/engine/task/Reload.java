package io.syncline.engine.task;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Loader;
import io.syncline.api.port.Snapshot;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.task.Stage;
import io.syncline.engine.load.LoadRules;
import io.syncline.engine.load.SchemaStage;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.StageRuntime.Ended;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Loads tables of a synchronized task anew whose rows got values that no log tells (T10): while the streams stand still, under an exact snapshot, in the shape that the
 * source has then. What that snapshot contains of their changes and alterations, the streams skip (T26). A crash begins it anew.
 */
final class Reload {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final Beside beside;
    private final Destination.Writers writers;
    private final SchemaObjects objects;
    private final SchemaStage schema;

    Reload(
            RunContext context,
            Link link,
            Tenure tenure,
            Beside beside,
            Destination.Writers writers,
            SchemaObjects objects,
            SchemaStage schema) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.beside = beside;
        this.writers = writers;
        this.objects = objects;
        this.schema = schema;
    }

    /**
     * @param plan the tables in the shapes that the ledger has
     * @param adapted the plan when the ledger has their new ones
     */
    Ended run(RoutePlan plan, TaskMemory memory, Supplier<RoutePlan> adapted) throws InterruptedException {
        Set<Long> outdated = outdated(memory);
        RoutePlan old = only(plan, outdated);
        if (old.tables().isEmpty()) {
            return Ended.DONE;
        }
        ChangeLog log = link.source().changeLog(tenure.task());
        log.requireIntact(Streaming.positions(memory));
        log.requireExactSnapshots();
        tenure.state(
                context,
                TaskState.INITIALIZING,
                "loading anew what the source has altered: "
                        + old.routes().stream()
                                .map(route -> route.source().table().toString())
                                .sorted()
                                .collect(Collectors.joining(", ")));
        Optional<RoutePlan> plans = beside.get("adapt", () -> {
            adapt(plan, old, memory);
            log.acceptPartitions(old.routes().stream().map(TableRoute::source).toList());
            return only(adapted.get(), outdated);
        });
        if (plans.isEmpty()) {
            return Ended.STOPPED;
        }
        RoutePlan tables = plans.get();
        if (makePartitions(tables) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        Optional<Snapshot> view =
                beside.get("snapshot", () -> link.source().snapshots().exact());
        if (view.isEmpty()) {
            return Ended.STOPPED;
        }
        try (Snapshot snapshot = view.get()) {
            requireUnaltered(tables);
            TableCopy copy = new TableCopy(context, link, tenure, beside, writers);
            Optional<Map<TableId, List<SchemaObject>>> keys = beside.get("keys", () -> gained(old, tables));
            return keys.isEmpty()
                    ? Ended.STOPPED
                    : copy.run(copy.load(LoadRules.anew(context.task())), tables, snapshot, false, keys.get());
        }
    }

    /** The keys that tables had not when the schema stage made those of the others. */
    private Map<TableId, List<SchemaObject>> gained(RoutePlan old, RoutePlan now) {
        Set<Long> keyless = old.routes().stream()
                .map(TableRoute::source)
                .filter(table -> !table.key().exists())
                .map(TableSchema::version)
                .collect(Collectors.toSet());
        keyless.removeIf(version -> now.routes().stream()
                .map(TableRoute::source)
                .anyMatch(table -> table.version() == version && !table.key().exists()));
        return keyless.isEmpty() || !context.task().runs(Stage.SCHEMA)
                ? Map.of()
                : Attempt.keysByTable(objects.read(only(now, keyless)).of(Phase.KEYS));
    }

    /** Emptied first, so that no value has to be cast; then as the source is now, which may be past more alterations than the one that was told (T31). */
    private void adapt(RoutePlan plan, RoutePlan old, TaskMemory memory) {
        StreamEntry stream = memory.streams().getFirst();
        List<TableAlteration> alterations = alterations(old);
        requireFreeNames(plan, alterations);
        try (Loader loader = writers.loader();
                Applier applier = writers.applier(stream.stream(), new ApplyRules(Map.of()))) {
            old.routes().forEach(loader::restart);
            try (Applier.Transaction transaction = applier.begin(stream.position())) {
                for (TableAlteration alteration : NamesInOrder.of(alterations)) {
                    transaction.alter(alteration);
                    context.environment().marks().reach(Mark.ALTERED);
                }
                transaction.commit(stream.position());
            }
            applier.makeDurable();
        }
    }

    /** Another table, which is not loaded anew, still has the name, and gets its other one later in the log. */
    private static void requireFreeNames(RoutePlan plan, List<TableAlteration> alterations) {
        Set<TableId> taken = plan.routes().stream()
                .map(route -> route.destination().table())
                .collect(Collectors.toCollection(HashSet::new));
        alterations.forEach(
                alteration -> taken.remove(alteration.before().destination().table()));
        for (TableAlteration alteration : alterations) {
            if (taken.contains(alteration.after().destination().table())) {
                throw inTheWay(alteration);
            }
        }
    }

    private List<TableAlteration> alterations(RoutePlan old) {
        Map<Long, TableSchema> now = now(old);
        List<TableAlteration> alterations = new ArrayList<>();
        for (TableRoute route : old.routes()) {
            TableSchema before = route.source();
            TableSchema after = now.get(before.version());
            if (after == null) {
                throw gone(before.table());
            }
            alterations.add(new TableAlterations(context, link, tenure)
                    .of(old)
                    .of(route, new Altered(before, after, Map.of(), true, "")));
        }
        return alterations;
    }

    /** The tables as the source has them now, under whatever names. */
    private Map<Long, TableSchema> now(RoutePlan old) {
        Set<Long> wanted =
                old.routes().stream().map(route -> route.source().version()).collect(Collectors.toSet());
        Map<Long, TableSchema> now = new HashMap<>();
        for (TableInfo info : link.source().catalog().tables(_ -> true)) {
            if (wanted.contains(info.schema().version())) {
                now.put(info.schema().version(), info.schema());
            }
        }
        return now;
    }

    /** Rows of partitions that were attached since have no place where the destination's table has partitions of its own. */
    private Ended makePartitions(RoutePlan tables) throws InterruptedException {
        if (!context.task().runs(Stage.SCHEMA)) {
            return Ended.DONE;
        }
        Optional<List<SchemaObject>> partitions = beside.get(
                "catalog",
                () -> objects.read(tables).of(Phase.BEFORE_LOAD).stream()
                        .filter(object -> object instanceof SchemaObject.Table table
                                && table.partitioning().parent() != null)
                        .toList());
        return partitions.isEmpty() ? Ended.STOPPED : beside.run(schema.objects("partitions", partitions.get(), 1));
    }

    /** An alteration between the look at the catalog and the snapshot would be skipped, and be nowhere: a chunk sees other columns, but no default. */
    private void requireUnaltered(RoutePlan tables) {
        for (TableRoute route : tables.routes()) {
            TableSchema adapted = route.source();
            if (link.source()
                    .catalog()
                    .table(adapted.table())
                    .filter(adapted::equals)
                    .isEmpty()) {
                throw new SyncException(
                        ErrorCode.TABLE_MOVED,
                        "the table " + adapted.table() + " was altered once more while a snapshot was waited for",
                        "The run does it by itself.");
            }
        }
    }

    private static Set<Long> outdated(TaskMemory memory) {
        return memory.tables().stream()
                .filter(table -> table.status() != LoadStatus.KEYED)
                .map(TableEntry::sourceVersion)
                .collect(Collectors.toSet());
    }

    private static RoutePlan only(RoutePlan plan, Set<Long> tables) {
        return new RoutePlan(
                plan.tables().stream()
                        .filter(planned ->
                                tables.contains(planned.route().source().version()))
                        .toList(),
                List.of());
    }

    private static SyncException inTheWay(TableAlteration alteration) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "the table " + alteration.before().source().table()
                        + " is to be loaded anew, since its rows got values that no log tells. The source calls it "
                        + alteration.after().source().table() + " by now, and the destination's table "
                        + alteration.after().destination().table()
                        + " is still that of another, whose own change of name comes later in the log",
                "Run clean for this task, adapt or drop the destination tables, and start it again.");
    }

    private static SyncException gone(TableId table) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "the table " + table
                        + " is to be loaded anew, since its rows got values that no log tells, and it was dropped since",
                "Run clean for this task, adapt or drop the destination table, and start it again.");
    }
}
