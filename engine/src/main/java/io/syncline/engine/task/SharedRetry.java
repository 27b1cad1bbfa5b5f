package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.task.Retry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run knows of the tasks that share a database with it. It looks while it reaches the ledger, and keeps what it saw last for the time when it does not.
 * Thread-safe: a stage looks, and between two attempts the run asks.
 */
final class SharedRetry {

    /** Often enough that a task which has begun shortly before the destination is lost counts. */
    static final Duration EVERY = Duration.ofSeconds(10);

    /** @param tasks all of the ledger, with how long each had been silent when it was looked at */
    private record Seen(String id, List<TaskEntry> tasks) {}

    private @Nullable Seen seen;
    private @Nullable EffectiveRetry told;

    /** Looks who is there, and tells the user when that makes a difference. */
    synchronized void look(RunContext context, Tenure tenure) {
        try {
            saw(tenure.task().id(), tenure.ledger().tasks());
        } catch (SyncException e) {
            // A ledger that cannot be read ends the attempt where the run needs it, with a failure that is told; what
            // others have is no such need.
            System.getLogger(SharedRetry.class.getName())
                    .log(System.Logger.Level.DEBUG, "the tasks of the ledger could not be looked up", e);
            return;
        }
        Retry own = context.task().retry();
        EffectiveRetry now = with(own);
        boolean shared = now.isShared() || (told != null && told.isShared());
        if (shared && !now.equals(told)) {
            context.notice(now.notice(own));
        }
        told = now;
    }

    /**
     * @param id of the run's own task
     * @param tasks all of the ledger
     */
    synchronized void saw(String id, List<TaskEntry> tasks) {
        seen = new Seen(id, tasks);
    }

    /** @param own as the task has it now */
    synchronized EffectiveRetry with(Retry own) {
        Seen last = seen;
        return last == null ? EffectiveRetry.of(own) : EffectiveRetry.of(own, last.id, last.tasks);
    }
}
