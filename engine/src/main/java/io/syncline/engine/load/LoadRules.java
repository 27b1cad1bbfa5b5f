package io.syncline.engine.load;

import io.syncline.api.model.TableId;
import io.syncline.api.port.FormerRows;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import java.util.Map;

/**
 * How tables are loaded that the task has not made (T25).
 *
 * @param inOneView every row of a table is read under one snapshot, since rows of several would collide in unique indexes that are there already: when it is lost, the table
 *     is loaded anew
 * @param former what becomes of rows that are there; where they stay a table is loaded in one transaction, so that what is there is never a part of it
 * @param exact every table is read under an exact snapshot in one view, and what of its changes that one contains is skipped later (T26)
 * @param badValues what the task file says of values that the destination refuses
 */
public record LoadRules(boolean inOneView, FormerRows former, boolean exact, BadValues badValues) {

    /** Of tables that are loaded anew while their stream stands still. */
    public static LoadRules anew(Task task) {
        return new LoadRules(true, FormerRows.GONE, true, task.policies().badValues());
    }

    /**
     * Of tables that are loaded anew beside the streams, while readers see the rows that they held.
     *
     * @param definitions as {@link FormerRows.Replaced} has them
     */
    public static LoadRules beside(Task task, Map<TableId, SchemaObject.Table> definitions) {
        return new LoadRules(
                true,
                new FormerRows.Replaced(definitions, task.policies().badValues() != BadValues.STOP),
                false,
                task.policies().badValues());
    }

    public static LoadRules of(Task task) {
        boolean keeps = task.policies().existingTables() == ExistingTables.IGNORE;
        return new LoadRules(
                keeps || !task.runs(Stage.SCHEMA),
                keeps ? FormerRows.KEPT : FormerRows.GONE,
                false,
                task.policies().badValues());
    }

    boolean keepsRows() {
        return former instanceof FormerRows.Kept;
    }
}
