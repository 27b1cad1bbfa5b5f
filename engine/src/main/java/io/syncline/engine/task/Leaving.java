package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.Stage;
import java.util.EnumSet;
import java.util.Set;

/** Lets tables leave that are carried no more: first the log lets go of them, then the ledger (docs/design/edits.md). Each step is repeatable. */
record Leaving(RunContext context, Link link, Tenure tenure) {

    /** For an attempt that has not begun to write. */
    void run(TaskMemory memory) {
        Set<TableId> leaving = memory.suspended(EnumSet.of(Return.LEAVING));
        if (leaving.isEmpty()) {
            return;
        }
        if (context.task().runs(Stage.INCREMENTAL)) {
            link.source()
                    .changeLog(tenure.task())
                    .giveUp(memory.tables().stream()
                            .filter(table -> leaving.contains(table.source()))
                            .map(TableEntry::sourceVersion)
                            .toList())
                    .forEach(left -> context.notice("Left at the source: " + left));
        }
        tenure.ledger().left(tenure.lease(), leaving);
        context.notice("Carried no more: " + leaving + "; their rows stay at the destination.");
    }
}
