package io.syncline.engine.load;

import io.syncline.api.model.TableId;
import io.syncline.api.port.FormerRows;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How tables are loaded that the task has not made (T25).
 *
 * @param inOneView every row of a table is read under one snapshot, since rows of several would collide in unique indexes that are there already: when it is lost, the table
 *     is loaded anew
 * @param former what becomes of rows that are there; where they stay a table is loaded in one transaction, so that what is there is never a part of it
 * @param exact every table is read under an exact snapshot in one view, and what of its changes that one contains is skipped later (T26)
 * @param badValues what the task file says of values that the destination refuses
 * @param readAt a moment after which the snapshot is taken, which the ledger keeps of tables that are loaded anew from time to time; null: nobody asks
 */
public record LoadRules(
        boolean inOneView,
        FormerRows former,
        boolean exact,
        BadValues badValues,
        @Nullable Instant readAt) {

    /** Of tables that are loaded anew while their stream stands still. */
    public static LoadRules anew(Task task) {
        return new LoadRules(true, FormerRows.GONE, true, task.policies().badValues(), null);
    }

    /**
     * Of tables that are loaded anew beside the streams, while readers see the rows that they held.
     *
     * @param definitions as {@link FormerRows.Replaced} has them
     */
    public static LoadRules beside(Task task, Map<TableId, SchemaObject.Table> definitions) {
        return new LoadRules(
                true,
                new FormerRows.Replaced(definitions, task.policies().badValues() != BadValues.STOP, false),
                false,
                task.policies().badValues(),
                null);
    }

    /**
     * Of a table that is loaded anew from time to time: readers see the former rows or the new ones, whatever becomes of the load.
     *
     * @param definitions as {@link FormerRows.Replaced} has them
     */
    public static LoadRules refreshing(Task task, Map<TableId, SchemaObject.Table> definitions, Instant readAt) {
        return new LoadRules(
                true,
                new FormerRows.Replaced(definitions, task.policies().badValues() != BadValues.STOP, true),
                false,
                task.policies().badValues(),
                readAt);
    }

    /** These, of tables of which the ledger keeps when they were read. */
    public LoadRules readAt(Instant moment) {
        return new LoadRules(inOneView, former, exact, badValues, moment);
    }

    public static LoadRules of(Task task) {
        boolean keeps = task.policies().existingTables() == ExistingTables.IGNORE;
        return new LoadRules(
                keeps || !task.runs(Stage.SCHEMA),
                keeps ? FormerRows.KEPT : FormerRows.GONE,
                false,
                task.policies().badValues(),
                null);
    }

    boolean keepsRows() {
        return former instanceof FormerRows.Kept;
    }
}
