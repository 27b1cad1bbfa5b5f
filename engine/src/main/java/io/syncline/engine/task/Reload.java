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
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Loader;
import io.syncline.api.port.Snapshot;
import io.syncline.engine.load.LoadRules;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.StageRuntime.Ended;
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

    Reload(RunContext context, Link link, Tenure tenure, Beside beside, Destination.Writers writers) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.beside = beside;
        this.writers = writers;
    }

    /**
     * @param plan the tables in the shapes that the ledger has
     * @param adapted the plan when the ledger has their new ones
     */
    Ended run(RoutePlan plan, TaskMemory memory, Supplier<RoutePlan> adapted) throws InterruptedException {
        Set<TableId> outdated = outdated(memory);
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
                        + outdated.stream().map(TableId::toString).sorted().collect(Collectors.joining(", ")));
        Optional<RoutePlan> plans = beside.get("adapt", () -> {
            adapt(old, memory);
            return only(adapted.get(), outdated);
        });
        if (plans.isEmpty()) {
            return Ended.STOPPED;
        }
        RoutePlan tables = plans.get();
        Optional<Snapshot> view =
                beside.get("snapshot", () -> link.source().snapshots().exact());
        if (view.isEmpty()) {
            return Ended.STOPPED;
        }
        try (Snapshot snapshot = view.get()) {
            requireUnaltered(tables);
            TableCopy copy = new TableCopy(context, link, tenure, beside, writers);
            return copy.run(copy.load(LoadRules.ANEW), tables, snapshot, false, Map.of());
        }
    }

    /** Emptied first, so that no value has to be cast; then as the source is now, which may be past more alterations than the one that was told (T31). */
    private void adapt(RoutePlan old, TaskMemory memory) {
        StreamEntry stream = memory.streams().getFirst();
        try (Loader loader = writers.loader();
                Applier applier = writers.applier(stream.stream(), new ApplyRules(Map.of()))) {
            for (TableRoute route : old.routes()) {
                TableSchema before = route.source();
                TableSchema now = link.source()
                        .catalog()
                        .table(before.table())
                        .filter(table -> table.version() == before.version())
                        .orElseThrow(() -> gone(before.table()));
                TableAlteration alteration = new TableAlterations(context, link, tenure)
                        .of(old)
                        .of(route, new Altered(before, now, Map.of(), true, ""));
                loader.restart(route);
                try (Applier.Transaction transaction = applier.begin(stream.position())) {
                    transaction.alter(alteration);
                    context.environment().marks().reach(Mark.ALTERED);
                    transaction.commit(stream.position());
                }
            }
            applier.makeDurable();
        }
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

    private static Set<TableId> outdated(TaskMemory memory) {
        return memory.tables().stream()
                .filter(table -> table.status() != LoadStatus.KEYED)
                .map(TableEntry::source)
                .collect(Collectors.toSet());
    }

    private static RoutePlan only(RoutePlan plan, Set<TableId> tables) {
        return new RoutePlan(
                plan.tables().stream()
                        .filter(planned ->
                                tables.contains(planned.route().source().table()))
                        .toList(),
                List.of());
    }

    private static SyncException gone(TableId table) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "the table " + table
                        + " is to be loaded anew, since its rows got values that no log tells, and the source has no table of this name any more, or another one",
                "Give the table its name back, or run clean for this task, adapt or drop the destination table, and start it again.");
    }
}
