package io.syncline.engine.task;

import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.TaskIdentity;

/** The time in which this process is the task's writer: its lease, and the task's row in the ledger (I7). */
record Tenure(TaskIdentity task, Lease lease, Ledger ledger) {

    void state(RunContext context, TaskState state, String detail) {
        ledger.state(lease, state.name(), detail);
        context.listener().on(new TaskEvent.StateChanged(state, detail));
    }

    Ledger.TaskMemory memory(Ledger.PositionReader positions) {
        return ledger.read(task.id(), positions);
    }
}
