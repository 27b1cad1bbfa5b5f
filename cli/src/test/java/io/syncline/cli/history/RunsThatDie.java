package io.syncline.cli.history;

import io.syncline.api.port.CrashMarks;
import io.syncline.cli.history.History.Kill;
import io.syncline.cli.local.LocalTask;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskEvent;
import io.syncline.engine.task.TaskRunner;
import io.syncline.engine.task.TaskState;
import io.syncline.testkit.postgres.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs of a task on a thread of their own: one that dies is followed by the next, until the test ends them. */
final class RunsThatDie implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final LocalTask task;
    private final List<Kill> kills;
    private final Thread thread;
    private volatile boolean streams;
    private volatile boolean ending;
    private volatile @Nullable TaskRunner current;
    private volatile @Nullable Throwable failure;
    private int deaths;

    private RunsThatDie(LocalTask task, List<Kill> kills) {
        this.task = task;
        this.kills = kills;
        this.thread = Thread.ofPlatform().daemon().name("runs that die").unstarted(this::run);
    }

    static RunsThatDie start(LocalTask task, List<Kill> kills) {
        RunsThatDie runs = new RunsThatDie(task, kills);
        runs.thread.start();
        return runs;
    }

    void awaitStreaming() {
        Await.until("the task streams", LIMIT, () -> streams || !thread.isAlive());
        requireSound();
    }

    /** Ends the run as a user would, and says how many died before. */
    int end() {
        close();
        requireSound();
        return deaths;
    }

    @Override
    public void close() {
        ending = true;
        Await.until("the run ends", LIMIT, () -> {
            TaskRunner runner = current;
            if (runner != null) {
                runner.stop();
            }
            return !thread.isAlive();
        });
    }

    private void requireSound() {
        Throwable cause = failure;
        if (cause != null) {
            throw new AssertionError(cause.getMessage(), cause);
        }
    }

    private void run() {
        try {
            while (!ending) {
                CrashMarks marks = deaths < kills.size() ? new Death(kills.get(deaths)) : CrashMarks.NONE;
                try {
                    run(marks);
                } catch (Killed e) {
                    deaths++;
                }
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    private void run(CrashMarks marks) {
        TaskRunner runner = task.run(false, marks, event -> {
            if (event instanceof TaskEvent.StateChanged(TaskState state, String _)
                    && state == TaskState.SYNCHRONIZING) {
                streams = true;
            }
        });
        current = runner;
        switch (runner.run()) {
            case RunOutcome.Stopped _ -> {}
            case RunOutcome.Failed(var cause) -> throw cause;
            case RunOutcome other -> throw new AssertionError(other);
        }
    }

    /** Once dead, a run gets past no mark any more. */
    private record Death(Kill kill, AtomicInteger seen) implements CrashMarks {

        Death(Kill kill) {
            this(kill, new AtomicInteger());
        }

        @Override
        public void reach(Mark mark) {
            if (seen.get() >= kill.n() || (mark == kill.mark() && seen.incrementAndGet() >= kill.n())) {
                throw new Killed();
            }
        }
    }

    /** No program catches it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }
}
