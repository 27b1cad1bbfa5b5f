package io.syncline.engine.task;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.Conflict;
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
import io.syncline.api.task.Operation;
import io.syncline.api.task.Partitions;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.Periodic;
import io.syncline.engine.run.Stage;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.run.Until;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The incremental stage of an attempt: every stream of the source, from where the ledger says, to where it is asked to end. */
final class Streaming {

    private static final Duration REPORT = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

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

    /** Until the user stops it, or, when asked, until the position is reached that the source has now. */
    Ended follow(RoutePlan plan) throws InterruptedException {
        List<StreamPipeline> pipelines = open(plan);
        Positions target = log.now();
        Entrance entrance = new Entrance(pipelines, target);
        return run(
                pipelines,
                new Until("follow", () -> entrance.passed() && context.options().untilCaughtUp()));
    }

    private Ended run(List<StreamPipeline> pipelines, Stage work) throws InterruptedException {
        List<Stage> accompanying = new ArrayList<>();
        for (StreamPipeline pipeline : pipelines) {
            accompanying.add(pipeline.reader());
            accompanying.add(pipeline.applier());
        }
        accompanying.add(periodic("stream report", REPORT, () -> pipelines.forEach(this::report)));
        accompanying.add(periodic("heartbeat", HEARTBEAT, log::heartbeat));
        return beside.run(List.of(work), accompanying.toArray(Stage[]::new));
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
            pipelines.add(pipeline(plan, memory, stream));
        }
        return pipelines;
    }

    static Positions positions(TaskMemory memory) {
        Positions positions = Positions.NONE;
        for (StreamEntry stream : memory.streams()) {
            positions = positions.with(stream.stream(), stream.position());
        }
        return positions;
    }

    private StreamPipeline pipeline(RoutePlan plan, TaskMemory memory, StreamEntry stream) {
        ChangeStream changes = log.open(
                stream.stream(),
                stream.position(),
                plan.routes().stream().map(TableRoute::source).toList(),
                context.task().holdBack());
        Destination.Writers writers =
                link.destination().writers(tenure.lease(), context.environment().marks());
        return new StreamPipeline(
                new StreamStart(
                        stream.stream(), stream.position(), stream.catchUpTo(), refetches(memory, stream.stream())),
                new StreamPorts(
                        new PacedStream(changes, context.control().stream()),
                        writers.applier(stream.stream(), rules(plan)),
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

    private ApplyRules rules(RoutePlan plan) {
        Set<TableId> notWhole = new HashSet<>();
        for (Conflict.Count count :
                tenure.ledger().conflicts(tenure.lease().task()).counts()) {
            if (count.kind() == Conflict.Kind.LOAD_FINDS_ROW) {
                notWhole.add(count.table());
            }
        }
        Map<TableId, ApplyRules.TableRules> rules = new HashMap<>();
        for (RoutePlan.Planned planned : plan.tables()) {
            TableRoute route = planned.route();
            rules.put(
                    route.source().table(),
                    new ApplyRules.TableRules(
                            context.task().conflicts(planned.operations(), route.origin() != null),
                            planned.operations().contains(Operation.INSERT),
                            notWhole.contains(route.destination().table())));
        }
        return new ApplyRules(rules);
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
