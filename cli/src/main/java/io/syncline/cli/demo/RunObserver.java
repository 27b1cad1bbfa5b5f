package io.syncline.cli.demo;

import io.syncline.cli.output.Display;
import io.syncline.engine.stream.StreamProgress;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskEvent;
import io.syncline.engine.task.TaskListener;
import io.syncline.engine.task.TaskRunner;
import io.syncline.engine.task.TaskState;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Shows a run's events and keeps what the demo waits for and tells at its end. */
final class RunObserver implements TaskListener {

    private final Display display;
    private @Nullable TaskState state;
    private TaskEvent.@Nullable LoadProgress load;
    private @Nullable StreamProgress stream;
    private double mostChangesPerSecond;
    private @Nullable RunOutcome outcome;
    private @Nullable RuntimeException failure;

    RunObserver(Display display) {
        this.display = display;
    }

    @Override
    public synchronized void on(TaskEvent event) {
        switch (event) {
            case TaskEvent.StateChanged changed -> state = changed.state();
            case TaskEvent.LoadProgress progress -> load = progress;
            case TaskEvent.Streaming(var progress) -> {
                stream = progress;
                mostChangesPerSecond = Math.max(mostChangesPerSecond, progress.changesPerSecond());
            }
            case TaskEvent.PrecheckDone _,
                    TaskEvent.ObjectsMade _,
                    TaskEvent.Retrying _,
                    TaskEvent.Notice _ -> {} // for the display only
        }
        notifyAll();
        display.on(event);
    }

    /** Runs the task in a thread of its own. */
    Thread start(TaskRunner runner) {
        return Thread.ofPlatform().daemon().name("demo run").start(() -> {
            try {
                ended(runner.run(), null);
            } catch (RuntimeException e) {
                ended(null, e);
            }
        });
    }

    /**
     * Waits for a condition that events bring about.
     *
     * @return false when the time is over
     * @throws RuntimeException the run's own failure, when it ended with one
     */
    synchronized boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean() && outcome == null && failure == null) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        if (failure != null) {
            throw failure;
        }
        if (outcome instanceof RunOutcome.Failed(var cause)) {
            throw cause;
        }
        return condition.getAsBoolean();
    }

    synchronized boolean isIn(TaskState wanted) {
        return state == wanted;
    }

    synchronized Optional<TaskEvent.LoadProgress> load() {
        return Optional.ofNullable(load);
    }

    synchronized Optional<StreamProgress> stream() {
        return Optional.ofNullable(stream);
    }

    synchronized double mostChangesPerSecond() {
        return mostChangesPerSecond;
    }

    synchronized Optional<RunOutcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    private synchronized void ended(@Nullable RunOutcome how, @Nullable RuntimeException why) {
        outcome = how;
        failure = why;
        notifyAll();
    }
}
