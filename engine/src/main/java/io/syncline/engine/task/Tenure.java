package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.TaskIdentity;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The time in which this process is the task's writer: its lease, and the task's row in the ledger (I7). */
record Tenure(TaskIdentity task, Lease lease, Ledger ledger) {

    void state(RunContext context, TaskState state, String detail) {
        ledger.state(lease, state.name(), detail);
        context.listener().on(new TaskEvent.StateChanged(state, detail));
    }

    /** The source names of the tables that the ledger lists for this task, but for those that leave it. */
    List<TableId> carried(Ledger.PositionReader positions) {
        Ledger.TaskMemory memory = memory(positions);
        Set<TableId> leaving = memory.suspended(EnumSet.of(Ledger.Return.LEAVING));
        return memory.tables().stream()
                .map(Ledger.TableEntry::source)
                .filter(table -> !leaving.contains(table))
                .toList();
    }

    Ledger.TaskMemory memory(Ledger.PositionReader positions) {
        return ledger.read(task.id(), positions);
    }
}
