package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.task.DdlKind;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import java.util.Optional;
import java.util.Set;

/** Tables that are chosen, and that a started task does not carry: they were made, or got their names, since. They come as suspended tables come back ({@link Joining}). */
record Newcomers(RunContext context, Link link, Tenure tenure) {

    /** Whether the task takes them up. */
    boolean areTakenUp() {
        return context.task().ddl().applies(DdlKind.CREATE_TABLE)
                && hindrance(context.task(), link.source().changeLog(tenure.task()))
                        .isEmpty();
    }

    /** Why no table can join a task while it runs; empty when tables can. */
    static Optional<String> hindrance(Task task, ChangeLog log) {
        if (!task.runs(Stage.FULL) || !task.runs(Stage.INCREMENTAL)) {
            return Optional.of("a table is loaded only by a task with the stages full and incremental");
        }
        if (task.policies().existingTables() == ExistingTables.IGNORE) {
            return Optional.of(
                    "a table is emptied before it is loaded, and with existingTables: ignore it may hold rows that are not the task's");
        }
        return log.hasExactSnapshots()
                ? Optional.empty()
                : Optional.of(
                        "the source's log is read through test_decoding, which does not tell what a later snapshot holds");
    }

    /**
     * For an attempt that has not begun to write: the ledger's positions stand still. A table that the task does not make itself may hold somebody's rows, and to load it is to empty
     * it first: that needs the user's word.
     *
     * @return those that are taken up
     */
    Set<TableId> takeUp(Set<TableId> tables) {
        if (!context.task().runs(Stage.SCHEMA)) {
            return Set.of();
        }
        for (TableId table : tables) {
            tenure.ledger()
                    .bringBack(tenure.lease(), table, "it was made, or got its name, after the task had started");
        }
        return tables;
    }
}
