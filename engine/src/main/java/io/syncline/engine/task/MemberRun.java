package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.task.DestinationDatabase.Missing;
import java.util.Optional;

/** A run of one of several databases: makes its database at the destination where that is missing, then runs its task. */
final class MemberRun implements TaskRunner {

    private final DestinationDatabase database;
    private final RunContext context;
    private final TaskChecks checks;
    private final TaskRunner run;

    MemberRun(DestinationDatabase database, RunContext context, TaskChecks checks, TaskRunner run) {
        this.database = database;
        this.context = context;
        this.checks = checks;
        this.run = run;
    }

    @Override
    public void stop() {
        run.stop();
    }

    /** A database is made only when nothing that can be known before it is there speaks against the start. */
    @Override
    public RunOutcome run() {
        try {
            Optional<Missing> missing = context.runtime().isStopping() ? Optional.empty() : database.missing();
            if (missing.isPresent()) {
                context.listener().on(new TaskEvent.StateChanged(TaskState.PRECHECKING, ""));
                PrecheckReport report =
                        checks.precheck(context.task(), missing.get().finding());
                context.listener().on(new TaskEvent.PrecheckDone(report));
                if (!report.passed()) {
                    context.listener().on(new TaskEvent.StateChanged(TaskState.PRECHECK_FAILED, ""));
                    return new RunOutcome.PrecheckFailed(report);
                }
                database.make(missing.get().making());
                context.notice("The database " + context.task().destination().database() + " was made.");
            }
        } catch (SyncException e) {
            context.listener().on(new TaskEvent.StateChanged(TaskState.FAILED, String.valueOf(e.getMessage())));
            return new RunOutcome.Failed(e);
        }
        return run.run();
    }
}
