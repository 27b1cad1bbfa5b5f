package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.SuspendedEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Snapshot;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.api.task.Task;
import io.syncline.engine.load.FullLoad;
import io.syncline.engine.load.LoadRules;
import io.syncline.engine.load.SchemaStage;
import io.syncline.engine.route.PlannedShape;
import io.syncline.engine.route.RecordedCatalog;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.run.Until;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One go at a task, from what the ledger holds to its end: schema, full, catching up, indexes, streaming. It ends with the first failure; the next attempt begins
 * from the ledger again (I2).
 */
final class Attempt {

    private static final SchemaPlan NO_OBJECTS = new SchemaPlan(List.of(), List.of());

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final Destination.Writers writers;
    private final SchemaStage schema;
    private final SchemaObjects schemaObjects;
    private final Beside beside;

    Attempt(RunContext context, Link link, Tenure tenure) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.writers =
                link.destination().writers(tenure.lease(), context.environment().marks());
        ObjectNews news = new ObjectNews(context);
        this.schema = new SchemaStage(writers, news);
        this.schemaObjects = new SchemaObjects(context, link, tenure, news);
        this.beside = new Beside(context, link, tenure);
    }

    /** {@link Ended#DONE} when there is nothing left to do, or the stream has caught up as asked. */
    Ended run() throws InterruptedException {
        requireHealed(memory(), context.task());
        if (context.control().isPaused() && rest() == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        TaskMemory known = memory();
        new SameSource(context, link, tenure).require(known);
        new Leaving(context, link, tenure).run(known);
        new Acceptance(context, tenure).requireRules(memory());
        TaskMemory memory = new UntoldAlterations(context, link, tenure).noted(memory());
        leaveOut(memory);
        Refreshes refreshes = new Refreshes(context, link, tenure);
        refreshes.letGo(memory);
        RoutePlan chosen = isSynchronized(memory) ? plan(memory) : plan();
        RoutePlan plan = CarriedTables.of(chosen, memory, context.task());
        Acceptance acceptance = new Acceptance(context, tenure);
        acceptance.require(plan, memory);
        acceptance.acceptIntervals();
        tell(chosen, memory);
        late(chosen, plan, memory);
        if (writesRows(plan, memory)) {
            link.destination()
                    .requireQuiet(plan.routes().stream()
                            .map(route -> route.destination().table())
                            .toList());
        }
        if (!isSynchronized(memory)) {
            tenure.state(context, TaskState.INITIALIZING, "");
            Ended ended = initialize(plan);
            if (ended == Ended.STOPPED || !context.task().runs(Stage.INCREMENTAL)) {
                return ended;
            }
        } else if (schemaObjects.again(plan, schema, beside) == Ended.STOPPED
                || new Reload(context, link, tenure, beside, writers, schemaObjects, schema)
                                .run(plan, memory, this::following)
                        == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        if (new Skipping(context, link, tenure, beside).run(this::following) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        Streaming streaming = new Streaming(context, link, tenure, beside);
        TableObjects objects = new TableObjects(context.task().runs(Stage.SCHEMA), writers, schema, schemaObjects);
        Joining joining = new Joining(context, link, tenure, streaming, objects);
        return joining.run(this::following) == Ended.STOPPED
                ? Ended.STOPPED
                : refreshes.follow(streaming, objects, this::following);
    }

    /** Suspended tables may be dropped at the source. */
    private void leaveOut(TaskMemory memory) {
        Set<TableId> idle = memory.suspended(EnumSet.of(Return.NOT_ASKED, Return.ASKED));
        if (!idle.isEmpty()
                && context.task().runs(Stage.INCREMENTAL)
                && !memory.streams().isEmpty()) {
            changeLog()
                    .leaveOut(memory.tables().stream()
                            .filter(table -> idle.contains(table.source()))
                            .map(TableEntry::sourceVersion)
                            .toList());
        }
    }

    /** Rows of before a gap would be carried further as if they were the source's. */
    private static void requireHealed(TaskMemory memory, Task task) {
        if (CarriedTables.areStale(memory, task)) {
            throw new SyncException(
                    ErrorCode.HEAL_UNFINISHED,
                    "a heal of this task was begun and has not ended: some rows at the destination are of before the gap, and applying changes to them would not make them right",
                    "Run heal for this task again; or clean it and start it anew.");
        }
    }

    /** Keeps the lease, and with it the task, until somebody says that the run is to go on. */
    private Ended rest() throws InterruptedException {
        tenure.state(context, TaskState.PAUSED, context.control().rest());
        Ended ended =
                beside.run(List.of(new Until("rest", () -> !context.control().isPaused())));
        if (ended == Ended.DONE) {
            tenure.state(context, TaskState.INITIALIZING, "");
        }
        return ended;
    }

    /** A task that only copies makes its foreign keys when every row is there; from then on they act on no row of ours. */
    private boolean writesRows(RoutePlan plan, TaskMemory memory) {
        return context.task().runs(Stage.INCREMENTAL) || (context.task().runs(Stage.FULL) && !isLoaded(plan, memory));
    }

    private static boolean isLoaded(RoutePlan plan, TaskMemory memory) {
        Set<TableId> keyed = memory.tables().stream()
                .filter(table -> table.status() == LoadStatus.KEYED)
                .map(TableEntry::source)
                .collect(Collectors.toSet());
        return plan.routes().stream()
                .allMatch(route -> keyed.contains(route.source().table()));
    }

    /** The tables as they are at the stream's position, which an alteration may have left behind already. */
    private RoutePlan following() {
        TaskMemory memory = memory();
        return CarriedTables.of(plan(memory), memory, context.task());
    }

    private TaskMemory memory() {
        return tenure.memory(link.source()::position);
    }

    static boolean isSynchronized(TaskMemory memory) {
        return !memory.streams().isEmpty()
                && memory.streams().stream().allMatch(stream -> stream.synchronizedFrom() != null);
    }

    /** Tables that are loaded anew from time to time are planned then: what has become of one of them since does not concern the others. */
    private RoutePlan plan(TaskMemory memory) {
        return planner()
                .started(
                        RecordedCatalog.of(link.source(), memory),
                        link.destination().catalog(),
                        CarriedTables.followed(memory, context.task()));
    }

    /** As the source is now; where the streams have started, tables that are suspended may be gone. */
    private RoutePlan plan() {
        TaskMemory memory = memory();
        return memory.streams().isEmpty()
                ? planner().plan(link.source().catalog(), link.destination().catalog())
                : planner()
                        .started(link.source().catalog(), link.destination().catalog(), CarriedTables.choice(memory));
    }

    private RoutePlanner planner() {
        return new RoutePlanner(
                context.task(), tenure.task().id(), link.destination().database());
    }

    private void tell(RoutePlan chosen, TaskMemory memory) {
        chosen.notices().forEach(context::notice);
        for (SuspendedEntry suspended : memory.suspended()) {
            context.notice("The table " + suspended.source() + " is suspended since " + suspended.at() + " ("
                    + suspended.cause() + "); "
                    + switch (suspended.returns()) {
                        case NOT_ASKED -> "its changes since then are not applied.";
                        case ASKED, JOINING -> "it comes back: it is loaded anew, then follows.";
                        case LEAVING -> "it leaves the task.";
                    });
        }
    }

    /** What is chosen and came after the start is taken up, or named. */
    private void late(RoutePlan chosen, RoutePlan carried, TaskMemory memory) {
        Set<TableId> late = chosen.routes().stream()
                .map(route -> route.source().table())
                .collect(Collectors.toCollection(TreeSet::new));
        late.addAll(new Refreshes(context, link, tenure).chosen());
        memory.tables().stream()
                .filter(table -> CarriedTables.isRefreshed(context.task(), table.source()))
                .forEach(table -> late.remove(table.source()));
        carried.routes().forEach(route -> late.remove(route.source().table()));
        memory.suspended().forEach(suspended -> late.remove(suspended.source()));
        if (late.isEmpty()) {
            return;
        }
        Newcomers newcomers = new Newcomers(context, link, tenure);
        Set<TableId> joining = isSynchronized(memory) && newcomers.areTakenUp() ? newcomers.takeUp(late) : Set.of();
        late.forEach(table -> context.notice("The table " + table
                + " matches the task's patterns only since the task has started; "
                + (joining.contains(table)
                        ? "it is loaded, then follows."
                        : "it is not carried; `syncline apply FILE` adds it.")));
    }

    /** Everything before the stream is followed; each step begins where an earlier attempt ended. */
    private Ended initialize(RoutePlan plan) throws InterruptedException {
        boolean makesSchema = context.task().runs(Stage.SCHEMA);
        Optional<SchemaPlan> read = beside.get("catalog", () -> makesSchema ? schemaObjects.read(plan) : NO_OBJECTS);
        if (read.isEmpty()) {
            return Ended.STOPPED;
        }
        SchemaPlan objects = read.get();
        objects.leftOut().forEach(left -> context.notice("Not carried: " + left));
        if (beside.run(schema.objects("schema", objects.of(Phase.BEFORE_LOAD), 1)) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        if (context.task().runs(Stage.FULL)) {
            RoutePlan shaped = CarriedTables.of(plan(), memory(), context.task());
            Map<TableId, List<SchemaObject>> keys = keysByTable(objects.of(Phase.KEYS));
            if (load(shaped, keys) == Ended.STOPPED
                    || loadRefreshed(shaped.refreshed(), keys) == Ended.STOPPED
                    || catchUp(shaped.followed()) == Ended.STOPPED) {
                return Ended.STOPPED;
            }
        } else if (context.task().runs(Stage.INCREMENTAL)
                && follow(CarriedTables.of(plan(), memory(), context.task())) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        return complete(plan, objects);
    }

    static Map<TableId, List<SchemaObject>> keysByTable(List<SchemaObject> objects) {
        Map<TableId, List<SchemaObject>> keys = new HashMap<>();
        for (SchemaObject object : objects) {
            switch (object) {
                case SchemaObject.KeyConstraint key ->
                    keys.computeIfAbsent(key.table(), table -> new ArrayList<>())
                            .add(key);
                case SchemaObject.Index index ->
                    keys.computeIfAbsent(index.table(), table -> new ArrayList<>())
                            .add(index);
                default ->
                    throw new SyncException(
                            ErrorCode.INVARIANT_BROKEN,
                            object.ref() + " is made with the keys but has no table",
                            "Report this.");
            }
        }
        return keys;
    }

    /** Rows are not copied: the tables are followed, whatever they hold. */
    private Ended follow(RoutePlan plan) throws InterruptedException {
        TaskMemory memory = memory();
        if (memory.task().identity() != null) {
            changeLog().requireIntact(Streaming.positions(memory));
            return Ended.DONE;
        }
        StartFrom from = context.task().startFrom();
        return beside.get("position", () -> from.needsKeptLog() ? kept(plan, from) : now(plan))
                        .isEmpty()
                ? Ended.STOPPED
                : Ended.DONE;
    }

    /** @param all of which those are loaded whose changes are followed */
    private Ended load(RoutePlan all, Map<TableId, List<SchemaObject>> keys) throws InterruptedException {
        RoutePlan plan = all.followed();
        TaskMemory memory = memory();
        TableCopy copy = new TableCopy(context, link, tenure, beside, writers);
        FullLoad load = copy.load(LoadRules.of(context.task()));
        boolean started = memory.task().identity() != null;
        boolean streams = context.task().runs(Stage.INCREMENTAL);
        if (started && streams) {
            changeLog().requireIntact(Streaming.positions(memory));
        }
        if (started && isLoaded(plan, memory)) {
            return Ended.DONE;
        }
        Optional<Snapshot> view =
                beside.get("snapshot", () -> started ? later(plan.routes(), memory) : first(all, load));
        if (view.isEmpty()) {
            return Ended.STOPPED;
        }
        try (Snapshot snapshot = view.get()) {
            return copy.run(load, plan, snapshot, !started, keys);
        }
    }

    /** Nothing evens out what several snapshots saw of a table whose changes are not followed: after a crash it is loaded from its beginning. */
    private Ended loadRefreshed(RoutePlan plan, Map<TableId, List<SchemaObject>> keys) throws InterruptedException {
        if (isLoaded(plan, memory())) {
            return Ended.DONE;
        }
        Instant readAt = context.environment().clock().instant();
        Optional<Snapshot> view =
                beside.get("snapshot", () -> link.source().snapshots().unpositioned());
        if (view.isEmpty()) {
            return Ended.STOPPED;
        }
        try (Snapshot snapshot = view.get()) {
            TableCopy copy = new TableCopy(context, link, tenure, beside, writers);
            FullLoad load = copy.load(LoadRules.of(context.task()).readAt(readAt));
            return copy.run(load, plan, snapshot, false, keys);
        }
    }

    private ChangeLog changeLog() {
        return link.source().changeLog(tenure.task());
    }

    /** The first start: the tables are listed, then the log is kept for us, then the ledger learns from where (T7). */
    private Snapshot first(RoutePlan plan, FullLoad load) {
        if (context.task().policies().existingTables() == ExistingTables.CLEAR) {
            load.clear(plan.routes());
        }
        return first(plan, LoadStatus.PLANNED);
    }

    private Snapshot first(RoutePlan plan, LoadStatus status) {
        for (TableRoute route : plan.routes()) {
            tenure.ledger().plan(tenure.lease(), listed(route, status));
        }
        SourceIdentity identity = link.source().identity();
        if (!context.task().runs(Stage.INCREMENTAL)) {
            tenure.ledger().start(tenure.lease(), identity, Positions.NONE);
            return link.source().snapshots().unpositioned();
        }
        return new LogStart(context, link, tenure).at(plan.followed(), identity);
    }

    private boolean now(RoutePlan plan) {
        first(plan, LoadStatus.KEYED).close();
        return true;
    }

    private boolean kept(RoutePlan plan, StartFrom from) {
        SourceIdentity identity = link.source().identity();
        for (TableRoute route : plan.routes()) {
            tenure.ledger().plan(tenure.lease(), listed(route, LoadStatus.KEYED));
        }
        new LogStart(context, link, tenure).in(from, plan, identity);
        return true;
    }

    /** A table that is carried; without a plan of its load. */
    static TableEntry listed(TableRoute route, LoadStatus status) {
        return new TableEntry(
                route.source().table(),
                route.destination().table(),
                route.source().version(),
                PlannedShape.of(route),
                status,
                null,
                null,
                List.of());
    }

    private Snapshot later(List<TableRoute> routes, TaskMemory memory) {
        if (!context.task().runs(Stage.INCREMENTAL)) {
            return link.source().snapshots().unpositioned();
        }
        if (!FullLoad.needsExactness(routes, memory.tables())) {
            return link.source().snapshots().open();
        }
        changeLog().requireExactSnapshots();
        return link.source().snapshots().exact();
    }

    /** Follows the stream until everything was read at or before its position (T5). */
    private Ended catchUp(RoutePlan plan) throws InterruptedException {
        if (!context.task().runs(Stage.INCREMENTAL)) {
            return Ended.DONE;
        }
        TaskMemory memory = memory();
        Positions readUpTo = FullLoad.readUpTo(memory.tables());
        boolean behind = false;
        for (StreamEntry stream : memory.streams()) {
            Position known = stream.catchUpTo();
            Position target = readUpTo.of(stream.stream());
            if (target != null && !stream.position().reached(target)) {
                // Rows that an earlier run read again may have raised the mark beyond what the chunks say.
                Position highest = known == null ? target : known.merge(target);
                tenure.ledger().catchUpTo(tenure.lease(), stream.stream(), highest);
                behind = true;
            }
            behind |= known != null;
        }
        return behind ? new Streaming(context, link, tenure, beside).catchUp(plan) : Ended.DONE;
    }

    /** Indexes, foreign keys, the planner's statistics, what rows do without, sequences, comments. */
    private Ended complete(RoutePlan plan, SchemaPlan objects) throws InterruptedException {
        int workers = context.task().tuning().indexWorkers();
        boolean streams = context.task().runs(Stage.INCREMENTAL);
        if (beside.run(schema.objects("keys", objects.of(Phase.KEYS), workers)) == Ended.STOPPED
                || beside.run(schema.objects("indexes", objects.of(Phase.INDEXES), workers)) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        List<SchemaObject> foreignKeys = objects.of(Phase.FOREIGN_KEYS);
        if (beside.run(
                                streams
                                        ? schema.objects("foreign keys", foreignKeys, 1)
                                        : schema.enforced("foreign keys", foreignKeys))
                        == Ended.STOPPED
                || beside.run(schema.analyze(plan.routes(), workers)) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        if (beside.run(schema.dependents("objects", objects.of(Phase.DEPENDENTS), !streams)) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        schemaObjects.list(objects);
        // Sequences have moved on while rows were copied.
        List<SchemaObject> finish =
                context.task().runs(Stage.SCHEMA) ? schemaObjects.read(plan).of(Phase.FINISH) : List.of();
        return beside.run(schema.objects("finish", finish, 1));
    }
}
