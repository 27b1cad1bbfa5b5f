package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Source;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.SourceLog;
import io.syncline.api.task.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Lets go of log that the source keeps beyond the task's limit, also while the destination cannot be reached, and has the task healed where it is so chosen: when the
 * slot is gone (T17). Heals once: what is lost again before the streams have caught up stays the task's failure.
 */
final class LostLog {

    private final RunContext context;
    private final Connectors connectors;
    private final SourceLog policy;
    /** Why the task is to be healed. */
    private @Nullable SyncException cause;
    /** Whether an attempt to heal it has begun, or was found to be in vain. */
    private boolean tried;

    LostLog(RunContext context, Connectors connectors) {
        this.context = context;
        this.connectors = connectors;
        this.policy = context.task().sourceLog();
    }

    /**
     * What ended an attempt: the failure itself, unless it may pass and the source keeps too much log by now. While another end is away nobody else looks at the source.
     */
    SyncException or(SyncException failure, TaskIdentity task) {
        if (!failure.isTransient() || !policy.hasLimit() || !context.task().runs(Stage.INCREMENTAL)) {
            return failure;
        }
        try (Source source = connectors.source(context.task(), task.id())) {
            source.changeLog(task)
                    .retained()
                    .ifPresent(kept -> SourceCare.requireWithin(policy, kept, source.address()));
            return failure;
        } catch (SyncException e) {
            // A source that does not answer either: what ended the attempt is the failure to tell.
            return e.code() == ErrorCode.SOURCE_LOG_LIMIT ? e : failure;
        }
    }

    /** True when another attempt is to follow this failure: it heals the task, or looks again. */
    boolean isFollowed(SyncException failure, TaskIdentity task) throws InterruptedException {
        return switch (failure.code()) {
            case SOURCE_LOG_LIMIT -> !released(task) || heals(failure);
            case SLOT_MISSING -> heals(failure);
            default -> false;
        };
    }

    private boolean heals(SyncException failure) {
        if (!policy.heals() || tried) {
            return false;
        }
        context.notice(failure.getMessage() + "; sourceLog.whenLost has it healed.");
        cause = failure;
        return true;
    }

    private boolean released(TaskIdentity task) throws InterruptedException {
        try (Source source = connectors.source(context.task(), task.id())) {
            if (source.changeLog(task).release()) {
                return true;
            }
            context.notice("The task's replication slot at " + source.address()
                    + " is still being read, and is not dropped yet.");
        } catch (SyncException e) {
            context.notice("The task's replication slot could not be dropped, which is tried again: " + e.getMessage());
        }
        // An end that is away answers at once: without a pause the run would do nothing else.
        context.runtime().pause(SourceCare.EVERY);
        return false;
    }

    /**
     * Whether an attempt begins with healing: the log is lost, or a heal was begun and has not ended.
     *
     * @throws SyncException why the log was lost, when the rows were never all copied, so that there is nothing to compare
     */
    boolean isToBeHealed(TaskMemory memory) {
        if (policy.heals() && CarriedTables.areStale(memory, context.task())) {
            tried = true;
            return true;
        }
        SyncException lost = cause;
        if (lost == null || context.control().isPaused()) {
            return false;
        }
        tried = true;
        if (!Attempt.isSynchronized(memory)) {
            throw lost;
        }
        return true;
    }

    void healed() {
        cause = null;
        tried = false;
    }
}
