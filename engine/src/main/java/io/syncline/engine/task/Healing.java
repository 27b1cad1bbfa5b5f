package io.syncline.engine.task;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Loader;
import io.syncline.api.port.Snapshot;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.api.task.Task;
import io.syncline.engine.load.FullLoad;
import io.syncline.engine.load.LoadCounters;
import io.syncline.engine.load.LoadRules;
import io.syncline.engine.load.LoadScale;
import io.syncline.engine.route.PlannedShape;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.stream.RowRepair;
import io.syncline.engine.stream.StreamLimits;
import io.syncline.engine.verify.DifferingKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes the log be kept from now on, and the rows those of the source again, after the source has let go of log that the destination had not seen (T17, docs/design/heal.md).
 * Begun anew whenever it did not end.
 */
final class Healing {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final Beside beside;
    private final Destination.Writers writers;

    Healing(RunContext context, Link link, Tenure tenure) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.beside = new Beside(context, link, tenure);
        this.writers =
                link.destination().writers(tenure.lease(), context.environment().marks());
    }

    /** {@link Ended#DONE} when the stream may catch up. */
    Ended run() throws InterruptedException {
        TaskMemory memory = memory();
        SourceIdentity identity = requireHealable(memory);
        // An edited file could lead to another table, whose rows would be taken for differences.
        Acceptance acceptance = new Acceptance(context, tenure);
        acceptance.requireRules(memory);
        boolean adopts = isAdoption(memory);
        RoutePlan plan = adopts ? plan() : CarriedTables.of(plan(), memory, context.task());
        acceptance.require(plan, memory);
        link.destination()
                .requireQuiet(plan.routes().stream()
                        .map(route -> route.destination().table())
                        .toList());
        tenure.state(context, TaskState.INITIALIZING, adopts ? "comparing what is to be followed" : "healing");
        Optional<Snapshot> view = beside.get("position", () -> {
            if (adopts) {
                list(plan);
            }
            tenure.ledger().stale(tenure.lease());
            return new LogStart(context, link, tenure).at(plan, identity);
        });
        if (view.isEmpty()) {
            return Ended.STOPPED;
        }
        try (Snapshot snapshot = view.get()) {
            if (load(withKey(plan, false), snapshot) == Ended.STOPPED) {
                return Ended.STOPPED;
            }
        }
        RoutePlan keyed = withKey(plan, true);
        return beside.get("heal", () -> repair(keyed)).isEmpty() ? Ended.STOPPED : Ended.DONE;
    }

    private SourceIdentity requireHealable(TaskMemory memory) {
        if (!(context.task().runs(Stage.FULL) || isOfCopies(context.task()))
                || !context.task().runs(Stage.INCREMENTAL)
                || context.task().policies().existingTables() == ExistingTables.IGNORE) {
            throw refused(
                    "rows that only the destination has may be another's, or some that the source deleted meanwhile, and nothing tells them apart");
        }
        if (isAdoption(memory)) {
            return link.source().identity();
        }
        SourceIdentity known = memory.task().identity();
        // Once a heal has begun, what is not loaded is a table without a key that it was copying anew.
        boolean begun = CarriedTables.areStale(memory, context.task());
        Predicate<TableId> choice = CarriedTables.followed(memory, context.task());
        if (known == null
                || (!begun
                        && memory.tables().stream()
                                .anyMatch(table -> choice.test(table.source()) && isBeingLoaded(table)))) {
            throw refused("its rows were never all copied");
        }
        SourceIdentity seen = link.source().identity();
        SameSource same = new SameSource(context, link, tenure);
        same.requireSystem(known, seen);
        if (!begun && goesOn(same, memory)) {
            throw refused("its source keeps all that the destination lacks: there is nothing to heal, and run goes on");
        }
        return seen;
    }

    /** Tables that hold what another tool copied, and nothing else, are in the state of tables behind a gap: their rows are of some moment before. */
    static boolean isOfCopies(Task task) {
        return task.startFrom() instanceof StartFrom.Compared;
    }

    private boolean isAdoption(TaskMemory memory) {
        return memory.task().identity() == null && isOfCopies(context.task());
    }

    /** Whether a task begins with this, or has begun with it and not ended it. */
    static boolean isStart(Task task, TaskMemory memory) {
        return isOfCopies(task) && (memory.task().identity() == null || CarriedTables.areStale(memory, task));
    }

    private void list(RoutePlan plan) {
        for (TableRoute route : plan.routes()) {
            tenure.ledger().plan(tenure.lease(), Attempt.listed(route, LoadStatus.STALE));
        }
    }

    private static boolean isBeingLoaded(TableEntry table) {
        return table.status() == LoadStatus.PLANNED || table.status() == LoadStatus.LOADED;
    }

    private boolean goesOn(SameSource same, TaskMemory memory) {
        try {
            same.require(memory);
            link.source().changeLog(tenure.task()).requireIntact(Streaming.positions(memory));
            return true;
        } catch (SyncException e) {
            return switch (e.code()) {
                case SLOT_MISSING, SOURCE_GAP, SOURCE_IDENTITY -> {
                    context.notice("What is healed: " + e.getMessage());
                    yield false;
                }
                default -> throw e;
            };
        }
    }

    private SyncException refused(String why) {
        return new SyncException(
                ErrorCode.HEAL_REFUSED,
                "the task " + tenure.task().name() + " cannot be healed: " + why,
                "Run it; when it does not go on, compare, clean it and start it anew.");
    }

    /** Rows that cannot be told apart are copied anew, exactly as they are where the stream begins (T26). */
    private Ended load(RoutePlan plan, Snapshot snapshot) throws InterruptedException {
        if (plan.tables().isEmpty()) {
            return Ended.DONE;
        }
        FullLoad load = new FullLoad(
                tenure.ledger(),
                tenure.lease(),
                writers,
                LoadScale.of(
                        context.task().tuning(),
                        link.source().isLocal() && link.destination().isLocal(),
                        context.environment().processors()),
                context.control().load(),
                LoadRules.of(context.task()),
                context.environment().marks());
        var workers = beside.get("plan", () -> {
            empty(plan);
            return load.stages(plan.tables(), memory().tables(), snapshot, true, Map.of(), new LoadCounters());
        });
        if (workers.isEmpty()) {
            return Ended.STOPPED;
        }
        Ended ended = beside.run(workers.get());
        plan.routes()
                .forEach(route ->
                        context.notice("The table " + route.source().table() + " has no key and was copied anew."));
        return ended;
    }

    private void empty(RoutePlan plan) {
        try (Loader loader = writers.loader()) {
            plan.routes().forEach(route -> {
                tenure.ledger()
                        .plan(
                                tenure.lease(),
                                new TableEntry(
                                        route.source().table(),
                                        route.destination().table(),
                                        route.source().version(),
                                        PlannedShape.of(route),
                                        LoadStatus.PLANNED,
                                        null,
                                        null,
                                        List.of()));
                loader.restart(route);
            });
        }
    }

    /** Makes every row one that the source had at some moment after the stream's start, then says up to where the stream has to catch up (T5). */
    private boolean repair(RoutePlan plan) {
        ApplyRules rules = new ChangeRules(context, tenure).of(plan);
        // What the stream will not send, since it committed before the stream's start, must be seen from the first look
        // on.
        link.source().snapshots().settle();
        for (StreamEntry stream : memory().streams()) {
            try (DifferingKeys differing = new DifferingKeys(link.source(), link.destination());
                    RowRepair repair = new RowRepair(
                            stream.stream(),
                            stream.position(),
                            link.source().rows(),
                            link.destination().shaper(),
                            writers.applier(stream.stream(), rules),
                            StreamLimits.of(
                                    context.task().tuning(), context.runtime().patience()))) {
                plan.tables().forEach(table -> repair(table, differing, repair));
            }
        }
        requireShapes();
        Positions read;
        try (Snapshot now = link.source().snapshots().open()) {
            read = now.positions();
        }
        for (StreamEntry stream : memory().streams()) {
            Position highest = read.of(stream.stream());
            if (highest != null) {
                tenure.ledger().catchUpTo(tenure.lease(), stream.stream(), highest);
            }
        }
        plan.routes()
                .forEach(route ->
                        tenure.ledger().status(tenure.lease(), route.source().table(), LoadStatus.KEYED));
        return true;
    }

    private void repair(RoutePlan.Planned table, DifferingKeys differing, RowRepair repair) {
        long[] rows = {0};
        differing.each(table, keys -> {
            repair.repair(table.route(), keys);
            rows[0] += keys.size();
            context.environment().marks().reach(Mark.ROWS_HEALED);
        });
        if (rows[0] > 0) {
            context.notice("The table " + table.route().source().table() + ": " + rows[0]
                    + " rows were not the source's and were read again.");
        }
    }

    /** Rows that were compared in another shape say nothing of those that the ledger's shape has. */
    private void requireShapes() {
        CarriedTables.of(plan(), memory(), context.task());
    }

    private static RoutePlan withKey(RoutePlan plan, boolean withKey) {
        List<RoutePlan.Planned> tables = new ArrayList<>(plan.tables());
        tables.removeIf(table -> withKey
                != (table.route().source().key().exists()
                        && table.route().destination().key().exists()));
        return new RoutePlan(tables, List.of());
    }

    private RoutePlan plan() {
        return new RoutePlanner(
                        context.task(), tenure.task().id(), link.destination().database())
                .started(
                        link.source().catalog(),
                        link.destination().catalog(),
                        CarriedTables.followed(memory(), context.task()));
    }

    private TaskMemory memory() {
        return tenure.memory(link.source()::position);
    }
}
