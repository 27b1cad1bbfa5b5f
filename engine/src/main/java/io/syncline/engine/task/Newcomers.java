package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.task.DdlKind;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import java.util.Collection;

/** Tables that are chosen, and that a started task does not carry: they were made, or got their names, since. They come as suspended tables come back ({@link Joining}). */
record Newcomers(RunContext context, Link link, Tenure tenure) {

    /** Whether the task takes them up. */
    boolean areTakenUp() {
        return context.task().ddl().applies(DdlKind.CREATE_TABLE)
                && context.task().runs(Stage.FULL)
                && context.task().runs(Stage.INCREMENTAL)
                && context.task().policies().existingTables() != ExistingTables.IGNORE
                && link.source().changeLog(tenure.task()).hasExactSnapshots();
    }

    /** For an attempt that has not begun to write: the ledger's positions stand still. */
    void takeUp(Collection<TableId> tables) {
        for (TableId table : tables) {
            tenure.ledger()
                    .bringBack(tenure.lease(), table, "it was made, or got its name, after the task had started");
        }
    }
}
