package io.syncline.engine.simulation;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.Capitalization;
import io.syncline.api.task.Carry;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.ObjectTarget;
import io.syncline.api.task.Partitions;
import io.syncline.api.task.Placement;
import io.syncline.api.task.Policies;
import io.syncline.api.task.Retry;
import io.syncline.api.task.SourceLog;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.api.task.Task;
import io.syncline.api.task.Throttle;
import io.syncline.engine.task.RunOutcome;
import io.syncline.testkit.memory.MemoryConnector;
import io.syncline.testkit.memory.destination.MemoryStore;
import io.syncline.testkit.memory.fault.CommitFate;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.PortCall;
import io.syncline.testkit.memory.source.MemoryServer;
import io.syncline.testkit.memory.source.MemorySource;
import io.syncline.testkit.seed.Seed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One simulation: both ends, the writers, the processes one after the other and inside of each other, and everything that befalls them. */
final class World {

    /** What befalls a port call. */
    enum Disturbance {
        NOTHING,
        CONNECTION,
        CRASH,
        /** The process is stopped (SIGSTOP), another takes the task over and runs for a while, then the first goes on. */
        TAKEOVER
    }

    private static final int MOST_POLLS = 100_000;
    private static final int FOREVER = Integer.MAX_VALUE;
    private static final Duration LONG_SILENCE = Duration.ofSeconds(11);

    private final Chance chance;
    private final Scenario scenario;
    private final Trace trace = new Trace();
    private final VirtualClock clock = new VirtualClock();
    private final Invariants invariants = new Invariants(this);
    private final Tables tables;
    private final MemoryServer server;
    private final MemoryStore store;
    private final MemorySource positions;
    private final Writers writers;
    private final Task task;
    private int unwritten;
    private int undisturbed;
    /**
     * A process that stood still just before it made the slot, while another took over, has replaced the other's slot when it went on: the source knows no epoch. Rows
     * that only the first slot kept are gone, so the task must stop with SOURCE_GAP, and the story ends there.
     */
    private boolean logIsReplaced;

    private boolean isOver;
    /** The process that runs, and behind it those that stand still. */
    private final Deque<SimulatedProcess> running = new ArrayDeque<>();

    private int processes;
    private int polls;

    World(Seed seed) {
        this.chance = new Chance(seed);
        this.scenario = Scenario.of(chance);
        this.unwritten = scenario.transactions();
        this.undisturbed = scenario.trouble().count();
        this.tables = new Tables(chance);
        this.server = new MemoryServer("shop", scenario.traits());
        tables.all().forEach(server::create);
        this.store = new MemoryStore(clock, () -> chance.oneIn(2), scenario.endsIdleSessions());
        this.positions = new MemorySource(server, Interference.NONE);
        this.writers = new Writers(chance, tables, server, clock);
        this.task = task();
        store.onWait(() -> running.element().letOthersAct());
        server.onConfirm(invariants::confirmed);
        store.onCommit(lease -> {
            trace.add("committed " + memoryWords());
            invariants.committed(lease);
        });
    }

    private String memoryWords() {
        StringBuilder words = new StringBuilder();
        for (String id : store.tasks()) {
            TaskMemory memory = memory(id);
            words.append(memory.task().state())
                    .append(" epoch ")
                    .append(memory.task().epoch());
            for (StreamEntry stream : memory.streams()) {
                words.append(' ')
                        .append(stream.stream())
                        .append('=')
                        .append(stream.position().text());
                var mark = stream.catchUpTo();
                words.append(mark == null ? "" : " until " + mark.text());
            }
        }
        return words.toString();
    }

    private Task task() {
        Endpoint endpoint = new Endpoint(MemoryConnector.TYPE, Map.of());
        ObjectRule all = ObjectRule.of(new ObjectPattern(Tables.CHOSEN, false, "*", false, Tables.CHOSEN + ".*"));
        ObjectRule seats = new ObjectRule(
                new ObjectPattern(Tables.CHOSEN, false, Tables.SEATS.name(), false, Tables.SEATS.toString()),
                ObjectTarget.exactly("hall", "places"),
                List.of(),
                Map.of(),
                null,
                Map.of(),
                Set.of(),
                Partitions.KEEP,
                null,
                null,
                Placement.DEFAULT);
        return new Task(
                "simulated",
                null,
                "",
                "",
                endpoint,
                endpoint,
                Set.of(Stage.values()),
                null,
                new StartFrom.Now(),
                List.of(all, seats),
                List.of(),
                Capitalization.SOURCE,
                Policies.DEFAULT,
                "syncline",
                "",
                scenario.tuning(),
                Retry.DEFAULT,
                Throttle.NONE,
                HoldBack.DEFAULT,
                SourceLog.DEFAULT,
                Carry.DEFAULT,
                EditedStatements.NONE,
                DdlPolicy.DEFAULT);
    }

    Chance chance() {
        return chance;
    }

    Scenario scenario() {
        return scenario;
    }

    Trace trace() {
        return trace;
    }

    VirtualClock clock() {
        return clock;
    }

    Tables tables() {
        return tables;
    }

    MemoryServer server() {
        return server;
    }

    MemoryStore store() {
        return store;
    }

    Invariants invariants() {
        return invariants;
    }

    TaskMemory memory(String id) {
        return store.memory(id, positions::position);
    }

    Optional<Position> durable(String task, StreamId stream) {
        return store.durable(task, stream, positions::position);
    }

    /** The task's epoch, 0 before the first. */
    long epoch() {
        return store.tasks().stream()
                .mapToLong(id -> memory(id).task().epoch())
                .max()
                .orElse(0);
    }

    void requireSound() {
        invariants.requireNone();
    }

    /** The whole story, to a destination that equals the source. */
    void run() {
        for (int i = 0; i < scenario.rowsBefore(); i++) {
            writers.commitOne();
        }
        while (!isOver && (unwritten > 0 || undisturbed > 0)) {
            runProcess(chance.oneIn(3), chance.oneIn(4) ? chance.between(50, 2000) : 3000);
        }
        boolean isCaughtUp = false;
        while (!isOver && !isCaughtUp) {
            isCaughtUp = runProcess(true, FOREVER) instanceof RunOutcome.CaughtUp;
        }
        if (isCaughtUp) {
            requireEqual();
        }
    }

    private void requireEqual() {
        if (store.tasks().size() != 1) {
            throw new AssertionError("the ledger has the tasks " + store.tasks());
        }
        String id = store.tasks().iterator().next();
        TaskMemory memory = memory(id);
        // Everything that ever happened is up to here.
        server.streams().forEach(stream -> invariants.compare(stream, server.end(stream)));
        if (!memory.refetches().isEmpty()) {
            throw new AssertionError(
                    "rows are still to be read again: " + memory.refetches().size());
        }
    }

    /** Runs the task in a new process until it ends, one way or the other. */
    private RunOutcome runProcess(boolean untilCaughtUp, int patience) {
        SimulatedProcess process = new SimulatedProcess(this, ++processes, patience);
        running.push(process);
        trace.add(process + " starts");
        try {
            RunOutcome outcome = process.run(task, untilCaughtUp);
            trace.add(process + " ends: " + outcome);
            requireSound();
            requireExpected(process, outcome);
            trace.count(words(outcome));
            if (outcome instanceof RunOutcome.Failed) {
                advance(LONG_SILENCE);
            }
            return outcome;
        } catch (SimulatedCrash e) {
            trace.add(process + " crashed " + e.getMessage());
            requireSound();
            if (chance.oneIn(3)) {
                advance(LONG_SILENCE);
            }
            return new RunOutcome.Stopped();
        } finally {
            running.pop();
        }
    }

    private static String words(RunOutcome outcome) {
        return outcome instanceof RunOutcome.Failed failed
                ? failed.cause().code().name()
                : outcome.getClass().getSimpleName();
    }

    private void requireExpected(SimulatedProcess process, RunOutcome outcome) {
        switch (outcome) {
            case RunOutcome.CaughtUp _, RunOutcome.Stopped _ -> {}
            case RunOutcome.Failed(SyncException cause) -> {
                boolean superseded = cause.code() == ErrorCode.FENCED && epoch() > process.epoch();
                boolean refused = cause.code() == ErrorCode.TASK_RUNNING;
                isOver |= logIsReplaced && cause.code() == ErrorCode.SOURCE_GAP;
                if (!superseded && !refused && !process.neverBegan() && !isOver) {
                    throw new AssertionError(
                            process + " failed with " + cause.code() + ": " + cause.getMessage(), cause);
                }
            }
            case RunOutcome.PrecheckFailed _ -> {
                if (!process.neverBegan()) {
                    throw new AssertionError(process + " ended with " + outcome);
                }
            }
            case RunOutcome.Finished _ -> throw new AssertionError(process + " says that everything is done");
        }
    }

    void logReplaced() {
        logIsReplaced = true;
    }

    /** Between two polls of a process. */
    void between(SimulatedProcess process) {
        requireSound();
        if (++polls > MOST_POLLS) {
            throw new AssertionError("it does not end: " + memoryWords());
        }
        if (chance.oneIn(scenario.writerPause())) {
            write();
        }
        if (chance.oneIn(20)) {
            store.decideOne();
        }
        if (undisturbed > 0 && chance.oneIn(scenario.trouble().pause() * 20)) {
            undisturbed--;
            if (chance.oneIn(2)) {
                process.stop();
            } else {
                process.crash("between polls");
            }
        }
        process.polled();
    }

    /** A transaction at the source, if there are more. */
    void write() {
        if (unwritten > 0) {
            unwritten--;
            trace.add("source " + writers.commitOne().text());
        }
    }

    Disturbance disturb(SimulatedProcess process, PortCall call) {
        if (undisturbed == 0 || !chance.oneIn(scenario.trouble().pause() * (call == PortCall.STREAM_POLL ? 10 : 1))) {
            return Disturbance.NOTHING;
        }
        undisturbed--;
        Disturbance disturbance = disturbance(process);
        trace.count(disturbance.name());
        return disturbance;
    }

    private Disturbance disturbance(SimulatedProcess process) {
        return switch (chance.between(0, 9)) {
            case 0, 1 -> running.size() < 3 && process.epoch() > 0 ? Disturbance.TAKEOVER : Disturbance.CRASH;
            case 2, 3, 4 -> Disturbance.CRASH;
            default -> Disturbance.CONNECTION;
        };
    }

    CommitFate fate(PortCall call) {
        if (undisturbed == 0 || !chance.oneIn(scenario.trouble().pause())) {
            return CommitFate.ANSWERED;
        }
        undisturbed--;
        return chance.pick(CommitFate.LOST_BEFORE, CommitFate.LOST_AFTER, CommitFate.UNDECIDED);
    }

    boolean crashesAt(Mark mark) {
        if (undisturbed == 0 || !chance.oneIn(scenario.trouble().pause())) {
            return false;
        }
        undisturbed--;
        trace.add("mark " + mark);
        return true;
    }

    /** The given process stands still while another one runs. */
    void takeOver(SimulatedProcess stopped) {
        trace.add(stopped + " is stopped");
        advance(chance.oneIn(4) ? Duration.ofSeconds(3) : LONG_SILENCE);
        runProcess(chance.oneIn(3), chance.between(5, 400));
        trace.add(stopped + " goes on");
    }

    void advance(Duration duration) {
        clock.advance(duration);
    }

    void pass(int mostMillis) {
        advance(chance.upToMillis(mostMillis));
    }

    /** Nothing to do: time passes, sometimes a lot of it. */
    void idle() {
        pass(chance.oneIn(50) ? 4000 : 20);
    }

    /** For failures. */
    String story() {
        return "scenario " + scenario + "\n" + trace;
    }

    int processes() {
        return processes;
    }
}
