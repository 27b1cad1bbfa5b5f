package io.syncline.engine.task;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.RefetchEntry;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.Partitions;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.Periodic;
import io.syncline.engine.run.Stage;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.run.Until;
import io.syncline.engine.run.Watch;
import io.syncline.engine.stream.PacedStream;
import io.syncline.engine.stream.RoutedTable;
import io.syncline.engine.stream.Routes;
import io.syncline.engine.stream.StreamLimits;
import io.syncline.engine.stream.StreamPipeline;
import io.syncline.engine.stream.StreamPorts;
import io.syncline.engine.stream.StreamStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The incremental stage of an attempt: every stream of the source, from where the ledger says, to where it is asked to end. */
final class Streaming {

    private static final Duration REPORT = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** How often it is asked whether the destination's care is due: stages begin and end in between. */
    private static final Duration CARE = Duration.ofMinutes(1);

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final Beside beside;
    private final ChangeLog log;
    private final Set<StreamId> behind = ConcurrentHashMap.newKeySet();

    Streaming(RunContext context, Link link, Tenure tenure, Beside beside) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.beside = beside;
        this.log = link.source().changeLog(tenure.task());
    }

    /** Until every stream has passed the highest position at which anything was read (T5). */
    Ended catchUp(RoutePlan plan) throws InterruptedException {
        Optional<List<StreamPipeline>> pipelines = beside.get("open", () -> open(plan));
        return pipelines.isEmpty() ? Ended.STOPPED : run(pipelines.get(), new Until("catch up", behind::isEmpty));
    }

    /**
     * Until the user stops it, or, when asked, until the position is reached that the source has now.
     *
     * @param atRest whether what goes on beside may end there
     * @param more what goes on meanwhile
     */
    Ended follow(RoutePlan plan, BooleanSupplier atRest, List<Stage> more) throws InterruptedException {
        List<StreamPipeline> pipelines = open(plan);
        Positions target = log.now();
        Entrance entrance = new Entrance(pipelines, target);
        List<Stage> accompanying = new ArrayList<>(stages(pipelines));
        accompanying.addAll(more);
        Until end = new Until(
                "follow", () -> entrance.passed() && context.options().untilCaughtUp() && atRest.getAsBoolean());
        return run(List.of(end), accompanying, pipelines);
    }

    /** Does other work while the streams go on. */
    Ended beside(RoutePlan plan, List<Stage> work, Stage... more) throws InterruptedException {
        List<StreamPipeline> pipelines = open(plan);
        Entrance entrance = new Entrance(pipelines, log.now());
        List<Stage> accompanying = new ArrayList<>(stages(pipelines));
        accompanying.addAll(List.of(more));
        accompanying.add(new Until("entrance", entrance::passed));
        return run(work, accompanying, pipelines);
    }

    /**
     * Follows the streams, and beside them the joining ones, until these are level; then ends the streams between two transactions, with everything applied that was read, and
     * that in the ledger. They have passed the place where the joining streams begin.
     */
    Ended level(RoutePlan plan, RoutePlan joining, Watch watch) throws InterruptedException {
        List<StreamPipeline> pipelines = open(plan);
        List<StreamPipeline> joiners = openJoining(joining);
        Level level = new Level(pipelines, joiners);
        Entrance entrance = new Entrance(pipelines, log.now());
        List<Stage> work = new ArrayList<>(stages(pipelines));
        work.add(new Until("level", level::reached));
        List<Stage> accompanying = new ArrayList<>(watch.over(stages(joiners)));
        accompanying.add(new Until("entrance", entrance::passed));
        return run(
                work,
                accompanying,
                Stream.of(pipelines, joiners).flatMap(List::stream).toList());
    }

    /** Follows the joining streams alone until they hold everything that the others hold, and ends them there. */
    Ended comeUp(RoutePlan joining, Watch watch) throws InterruptedException {
        Positions target = positions(tenure.memory(link.source()::position));
        List<StreamPipeline> joiners = openJoining(joining);
        List<Stage> work = new ArrayList<>(watch.over(stages(joiners)));
        work.add(new Until(
                "come up",
                () -> Level.end(
                        joiners, joiner -> target.of(joiner.progress().stream().own()))));
        return run(work, List.of(), joiners);
    }

    private Ended run(List<StreamPipeline> pipelines, Stage work) throws InterruptedException {
        return run(List.of(work), stages(pipelines), pipelines);
    }

    private Ended run(List<Stage> work, List<Stage> more, List<StreamPipeline> told) throws InterruptedException {
        List<Stage> accompanying = new ArrayList<>(more);
        accompanying.add(periodic("stream report", REPORT, () -> told.forEach(this::report)));
        accompanying.add(periodic("heartbeat", HEARTBEAT, log::heartbeat));
        accompanying.add(periodic(
                "destination care",
                CARE,
                () -> context.recall().destinationCare().look(context, link, tenure)));
        return beside.run(work, accompanying.toArray(Stage[]::new));
    }

    private static List<Stage> stages(List<StreamPipeline> pipelines) {
        return pipelines.stream()
                .flatMap(pipeline -> Stream.of(pipeline.reader(), pipeline.applier()))
                .toList();
    }

    private Periodic periodic(String name, Duration every, Runnable action) {
        return new Periodic(name, every, context.environment().clock(), action);
    }

    private void report(StreamPipeline pipeline) {
        context.listener().on(new TaskEvent.Streaming(pipeline.progress()));
    }

    private List<StreamPipeline> open(RoutePlan plan) {
        TaskMemory memory = tenure.memory(link.source()::position);
        // I1: what is applied from this position on will be confirmed, but the commit that wrote the position may not
        // be on the destination's disk. A renewed lease is, and so is everything that was committed before it.
        tenure.ledger().renew(tenure.lease());
        log.requireIntact(positions(memory));
        List<StreamPipeline> pipelines = new ArrayList<>();
        for (StreamEntry stream : memory.streams()) {
            if (stream.catchUpTo() != null) {
                behind.add(stream.stream());
            }
            pipelines.add(pipeline(log, plan, memory, stream));
        }
        return pipelines;
    }

    private List<StreamPipeline> openJoining(RoutePlan plan) {
        TaskMemory memory = tenure.memory(link.source()::position);
        tenure.ledger().renew(tenure.lease());
        ChangeLog joining = log.joining();
        joining.requireIntact(Joining.own(memory));
        return memory.joining().stream()
                .map(stream -> pipeline(joining, plan, memory, stream))
                .toList();
    }

    static Positions positions(TaskMemory memory) {
        Positions positions = Positions.NONE;
        for (StreamEntry stream : memory.streams()) {
            positions = positions.with(stream.stream(), stream.position());
        }
        return positions;
    }

    private StreamPipeline pipeline(ChangeLog from, RoutePlan plan, TaskMemory memory, StreamEntry stream) {
        ChangeStream changes = from.open(
                stream.stream().own(),
                stream.position(),
                plan.routes().stream().map(TableRoute::source).toList(),
                context.task().holdBack());
        Destination.Writers writers =
                link.destination().writers(tenure.lease(), context.environment().marks());
        return new StreamPipeline(
                new StreamStart(
                        stream.stream(),
                        stream.position(),
                        stream.catchUpTo(),
                        refetches(memory, stream.stream()),
                        stream.stream().isJoining()
                                ? List.of()
                                : context.control().leftOut()),
                new StreamPorts(
                        new PacedStream(changes, context.control().stream()),
                        writers.applier(stream.stream(), new ChangeRules(context, tenure).of(plan)),
                        link.source().rows(),
                        link.destination().shaper(),
                        tenure.ledger(),
                        tenure.lease(),
                        new TableAlterations(context, link, tenure).of(plan)),
                routes(plan, memory),
                StreamLimits.of(context.task().tuning(), context.runtime().patience()),
                this::caughtUp,
                context.environment().marks(),
                context.environment().clock());
    }

    /** Another stream would write a row that is ahead of, or behind, what the row's own stream has applied. */
    private static List<RefetchEntry> refetches(TaskMemory memory, StreamId stream) {
        return memory.refetches().stream()
                .filter(entry -> entry.stream().equals(stream))
                .toList();
    }

    private Routes routes(RoutePlan plan, TaskMemory memory) {
        boolean made = context.task().runs(io.syncline.api.task.Stage.SCHEMA);
        Map<TableId, TableEntry> entries = new HashMap<>();
        memory.tables().forEach(entry -> entries.put(entry.source(), entry));
        return new Routes(plan.tables().stream()
                .map(planned -> {
                    TableEntry entry = entries.get(planned.route().source().table());
                    return new RoutedTable(
                            planned.route(),
                            planned.operations(),
                            entry == null ? null : entry.exactFrom(),
                            made && planned.partitions() == Partitions.KEEP);
                })
                .toList());
    }

    private void caughtUp(StreamId stream, Position applied) {
        tenure.ledger().catchUpTo(tenure.lease(), stream, null);
        behind.remove(stream);
    }

    /** Watches the streams pass the position that the source had when they were entered; from there on the task is SYNCHRONIZING. */
    private final class Entrance {

        private final List<StreamPipeline> pipelines;
        private final Positions target;
        private boolean passed;

        Entrance(List<StreamPipeline> pipelines, Positions target) {
            this.pipelines = pipelines;
            this.target = target;
        }

        boolean passed() {
            if (!passed && reached()) {
                for (StreamPipeline pipeline : pipelines) {
                    var progress = pipeline.progress();
                    tenure.ledger().synchronizedFrom(tenure.lease(), progress.stream(), progress.applied());
                    pipeline.synchronizedNow();
                }
                tenure.state(context, TaskState.SYNCHRONIZING, "");
                passed = true;
            }
            return passed;
        }

        private boolean reached() {
            return pipelines.stream().allMatch(pipeline -> {
                var progress = pipeline.progress();
                Position goal = target.of(progress.stream());
                return (goal == null || progress.applied().reached(goal)) && !pipeline.isCatchingUp();
            });
        }
    }
}
