package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Loader;
import io.syncline.api.task.Stage;
import io.syncline.engine.route.PlannedShape;
import io.syncline.engine.route.RecordedCatalog;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.run.Watch;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Brings suspended tables back while the streams of the others go on (T6): they are loaded under an exact snapshot and follow the log from there by a place of their own, until
 * both are level. The derivation is in docs/design/joining.md. What goes wrong with such a table leaves it suspended, with the cause, and harms no other.
 */
final class Joining {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final Streaming streaming;
    private final TableObjects objects;
    private final ChangeLog log;

    Joining(RunContext context, Link link, Tenure tenure, Streaming streaming, TableObjects objects) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.streaming = streaming;
        this.objects = objects;
        this.log = link.source().changeLog(tenure.task()).joining();
    }

    /**
     * {@link Ended#DONE} when no table is to come back.
     *
     * @param carried the plan of the others, where the task stands
     */
    Ended run(Supplier<RoutePlan> carried) throws InterruptedException {
        if (!context.task().runs(Stage.INCREMENTAL)) {
            return Ended.DONE;
        }
        while (true) {
            Set<TableId> tables = waiting();
            if (tables.isEmpty()) {
                drop();
                return discard();
            }
            Watch watch = new Watch();
            try {
                if (join(carried.get(), watch) == Ended.STOPPED) {
                    return Ended.STOPPED;
                }
            } catch (SyncException e) {
                if (!watch.saw(e) || !e.isLasting()) {
                    throw e;
                }
                giveUp(tables, e);
            }
        }
    }

    /** Tables whose changes are not followed come back by themselves: {@link Refreshes}. */
    private Set<TableId> waiting() {
        Set<TableId> tables = new HashSet<>(memory().suspended(EnumSet.of(Return.ASKED, Return.JOINING)));
        tables.removeIf(table -> CarriedTables.isRefreshed(context.task(), table));
        return tables;
    }

    private void giveUp(Set<TableId> tables, SyncException failure) {
        String cause = "it could not be loaded anew: " + failure.code() + ": " + failure.getMessage();
        tenure.ledger().notJoined(tenure.lease(), tables, cause);
        context.notice("Suspended: " + tables + ": " + cause + " " + failure.remedy());
    }

    private Ended join(RoutePlan carried, Watch watch) throws InterruptedException {
        if (!isLoaded(memory())) {
            try (JoiningLoad load = new JoiningLoad(context, link, tenure, streaming, objects, carried, watch)) {
                if (load.run(waiting()) == Ended.STOPPED) {
                    return Ended.STOPPED;
                }
            }
            context.environment().marks().reach(Mark.JOINING_LOADED);
        }
        if (streaming.beside(carried, watch.over(List.of(objects.rest(carried, joining())))) == Ended.STOPPED
                || streaming.level(carried, joining(), watch) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        context.environment().marks().reach(Mark.JOINING_LEVEL);
        if (streaming.comeUp(joining(), watch) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        TaskMemory memory = memory();
        Set<TableId> tables = memory.suspended(EnumSet.of(Return.JOINING));
        tenure.ledger().joined(tenure.lease(), own(memory));
        context.environment().marks().reach(Mark.JOINED);
        drop();
        context.notice("Carried again: " + tables + ".");
        return Ended.DONE;
    }

    /**
     * Rows that were read under a snapshot which is gone are worth nothing before all of them are there: then the load begins anew; so it does when the task file makes other
     * rows of them by now.
     */
    private boolean isLoaded(TaskMemory memory) {
        Set<TableId> joining = memory.suspended(EnumSet.of(Return.JOINING));
        if (memory.joining().isEmpty() || joining.isEmpty()) {
            return false;
        }
        boolean keyed = memory.tables().stream()
                .filter(table -> joining.contains(table.source()))
                .allMatch(table -> table.status() == LoadStatus.KEYED);
        return keyed && new Acceptance(context, tenure).isAccepted(joining()) && isIntact(memory);
    }

    private boolean isIntact(TaskMemory memory) {
        try {
            log.requireIntact(own(memory));
            return true;
        } catch (SyncException e) {
            if (e.code() != ErrorCode.SLOT_MISSING && e.code() != ErrorCode.SOURCE_GAP) {
                throw e;
            }
            context.notice("The tables that join are loaded once more: " + e.getMessage());
            return false;
        }
    }

    /** Where the joining streams stand, by the names of the source. */
    static Positions own(TaskMemory memory) {
        Positions positions = Positions.NONE;
        for (StreamEntry stream : memory.joining()) {
            positions = positions.with(stream.stream().own(), stream.position());
        }
        return positions;
    }

    /** The joining tables where their stream stands. */
    private RoutePlan joining() {
        TaskMemory memory = memory();
        Set<TableId> tables = memory.suspended(EnumSet.of(Return.JOINING));
        RoutePlan plan = new RoutePlanner(
                        context.task(), tenure.task().id(), link.destination().database())
                .started(
                        RecordedCatalog.of(link.source(), memory),
                        link.destination().catalog(),
                        tables::contains);
        Map<TableId, TableEntry> entries =
                memory.tables().stream().collect(Collectors.toMap(TableEntry::source, Function.identity()));
        plan.routes().forEach(route -> {
            TableEntry entry = entries.get(route.source().table());
            if (entry != null) {
                PlannedShape.requireSame(entry, route);
            }
        });
        return plan;
    }

    /** The log's second place, which a run may have left that died. */
    private void drop() {
        log.drop().forEach(left -> context.notice("Left at the source: " + left));
    }

    /** What a load wrote aside that did not come to its end. */
    private Ended discard() throws InterruptedException {
        Optional<List<String>> left = new Beside(context, link, tenure).get("shadows", () -> {
            try (Loader loader = objects.writers().loader()) {
                return loader.discard();
            }
        });
        left.stream()
                .flatMap(List::stream)
                .forEach(shadow -> context.notice("Left at the destination, and dropped by a later run: " + shadow));
        return left.isEmpty() ? Ended.STOPPED : Ended.DONE;
    }

    private TaskMemory memory() {
        return tenure.memory(link.source()::position);
    }
}
