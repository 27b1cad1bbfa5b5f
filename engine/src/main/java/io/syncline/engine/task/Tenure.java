package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.TaskIdentity;
import java.util.List;

/** The time in which this process is the task's writer: its lease, and the task's row in the ledger (I7). */
record Tenure(TaskIdentity task, Lease lease, Ledger ledger) {

    void state(RunContext context, TaskState state, String detail) {
        ledger.state(lease, state.name(), detail);
        context.listener().on(new TaskEvent.StateChanged(state, detail));
    }

    /** The source names of the tables that the ledger lists for this task. */
    List<TableId> carried(Ledger.PositionReader positions) {
        return memory(positions).tables().stream()
                .map(Ledger.TableEntry::source)
                .toList();
    }

    Ledger.TaskMemory memory(Ledger.PositionReader positions) {
        return ledger.read(task.id(), positions);
    }
}
