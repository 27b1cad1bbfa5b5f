package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.Stage;
import io.syncline.api.task.TableErrors;
import io.syncline.api.task.Task;
import java.util.Optional;

/**
 * A failure that one table is the reason of and that another attempt would meet again, in a task that goes on without it.
 *
 * @param table its source name
 */
record TableFailure(TableId table, SyncException cause) {

    /** Empty when the task stops for it. */
    static Optional<TableFailure> of(Task task, SyncException failure) {
        TableId table = failure.table();
        boolean suspends = task.policies().tableErrors() == TableErrors.SUSPEND
                && task.runs(Stage.INCREMENTAL)
                && failure.isLasting();
        return table == null || !suspends ? Optional.empty() : Optional.of(new TableFailure(table, failure));
    }

    /**
     * Suspends the table where the ledger stands. The destination transaction that failed was rolled back with all that it held: it is applied again without the table (I3), whose
     * changes up to this position are applied, and later ones are not. Before anything else of an attempt, when no commit of an earlier one can arrive any more (I2, T20).
     *
     * @return false when the task carries no such table any more, or its streams have not started: then the failure stays the task's
     */
    boolean suspend(RunContext context, Tenure tenure, Ledger.PositionReader positions) {
        TaskMemory memory = tenure.memory(positions);
        boolean carried = CarriedTables.choice(memory).test(table)
                && memory.tables().stream().anyMatch(entry -> entry.source().equals(table));
        if (!carried || memory.streams().isEmpty()) {
            return false;
        }
        String what = cause.code() + ": " + cause.getMessage();
        tenure.ledger().suspend(tenure.lease(), table, what);
        context.notice("Suspended: " + table + ": " + what + " What to do: " + cause.remedy()
                + " Then control resync loads the table anew.");
        return true;
    }
}
