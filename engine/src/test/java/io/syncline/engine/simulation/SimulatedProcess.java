package io.syncline.engine.simulation;

import io.syncline.api.port.CrashMarks;
import io.syncline.api.task.Task;
import io.syncline.engine.task.Connectors;
import io.syncline.engine.task.Environment;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskEvent;
import io.syncline.engine.task.TaskListener;
import io.syncline.engine.task.TaskService;
import io.syncline.testkit.memory.MemoryConnector;
import io.syncline.testkit.memory.fault.CommitFate;
import io.syncline.testkit.memory.fault.ConnectionLost;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.PortCall;
import java.util.List;
import java.util.Set;

/** A process that runs the task once. It shares nothing with others but the two ends. */
final class SimulatedProcess implements Interference, CrashMarks, TaskListener {

    private final World world;
    private final int number;
    private final MemoryConnector connector;
    private final SimulatedRuntime runtime;
    /** The newest epoch when this process last took the lease. */
    private long epoch;

    private boolean dead;
    private boolean lostConnection;
    private int patience;

    /** @param patience after how many polls it is stopped */
    SimulatedProcess(World world, int number, int patience) {
        this.world = world;
        this.number = number;
        this.patience = patience;
        this.connector = new MemoryConnector(world.server(), world.store(), this);
        this.runtime = new SimulatedRuntime(world, this);
    }

    /** @throws SimulatedCrash when it does not live to its end */
    RunOutcome run(Task task, boolean untilCaughtUp) {
        TaskService service = new TaskService(
                new Connectors(List.of(connector)), new Environment(world.clock(), this, toString(), 2));
        try {
            return service.run(task, new RunOptions(untilCaughtUp, Set.of()), runtime, this)
                    .run();
        } finally {
            dead = true;
            connector.die();
        }
    }

    /** True when it ended before it could do anything, for want of a connection. */
    boolean neverBegan() {
        return epoch == 0 && lostConnection;
    }

    /** For a call that waits for a lock. */
    boolean letOthersAct() {
        return runtime.letOthersAct();
    }

    long epoch() {
        return epoch;
    }

    void stop() {
        runtime.stop();
    }

    /** Called between two polls. */
    void polled() {
        requireAlive();
        if (--patience <= 0) {
            stop();
        }
    }

    void crash(String where) {
        dead = true;
        throw new SimulatedCrash(where);
    }

    @Override
    public void before(PortCall call) {
        requireAlive();
        switch (world.disturb(this, call)) {
            case NOTHING -> {}
            case CONNECTION -> throw lost(call);
            case CRASH -> crash("before " + call);
            case TAKEOVER -> {
                world.takeOver(this);
                requireAlive();
            }
        }
    }

    @Override
    public void after(PortCall call) {
        requireAlive();
        if (call == PortCall.LEASE_ACQUIRE) {
            epoch = world.epoch();
        }
        world.trace().count(call.name());
        if (call == PortCall.LOG_CREATE && world.epoch() > epoch) {
            world.logReplaced();
        }
        if (call != PortCall.LEDGER_READ) {
            world.trace().add(this + " did " + call);
        }
        switch (world.disturb(this, call)) {
            case NOTHING -> {}
            case CONNECTION -> throw lost(call);
            case CRASH -> crash("after " + call);
            case TAKEOVER -> {
                world.takeOver(this);
                requireAlive();
            }
        }
    }

    private ConnectionLost lost(PortCall call) {
        lostConnection = true;
        world.trace().add(this + " lost " + call);
        return new ConnectionLost(call);
    }

    @Override
    public void meanwhile() {
        world.write();
    }

    @Override
    public boolean isQuiet() {
        return world.chance().oneIn(8);
    }

    @Override
    public CommitFate fate(PortCall call) {
        CommitFate fate = world.fate(call);
        if (fate != CommitFate.ANSWERED) {
            world.trace().count(fate.name());
            world.trace().add(this + " " + call + " " + fate);
        }
        return fate;
    }

    @Override
    public void reach(Mark mark) {
        requireAlive();
        world.trace().count(mark.name());
        if (world.crashesAt(mark)) {
            crash("at " + mark);
        }
    }

    @Override
    public void on(TaskEvent event) {
        if (dead) {
            return;
        }
        switch (event) {
            case TaskEvent.StateChanged changed -> world.trace().add(this + " " + changed.state());
            case TaskEvent.Streaming streaming -> world.invariants().bounded(streaming.progress());
            case TaskEvent.Retrying retrying ->
                world.trace().add(this + " retries after " + retrying.cause().code());
            case TaskEvent.Notice notice -> world.trace().add(this + " says " + notice.text());
            case TaskEvent.PrecheckDone _, TaskEvent.ObjectsMade _, TaskEvent.LoadProgress _ -> {}
        }
    }

    private void requireAlive() {
        world.requireSound();
        if (dead) {
            throw new SimulatedCrash("is dead");
        }
    }

    @Override
    public String toString() {
        return "process " + number;
    }
}
