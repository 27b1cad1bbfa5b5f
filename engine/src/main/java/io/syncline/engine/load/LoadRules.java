package io.syncline.engine.load;

import io.syncline.api.task.BadValues;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;

/**
 * How tables are loaded that the task has not made (T25).
 *
 * @param inOneView every row of a table is read under one snapshot, since rows of several would collide in unique indexes that are there already: when it is lost, the table
 *     is loaded anew
 * @param keepsRows rows that are there stay: then a table is loaded in one transaction, so that what is there is never a part of it
 * @param exact every table is read under an exact snapshot in one view, and what of its changes that one contains is skipped later (T26)
 * @param badValues what the task file says of values that the destination refuses
 */
public record LoadRules(boolean inOneView, boolean keepsRows, boolean exact, BadValues badValues) {

    /** Of tables that are loaded anew while their stream stands still. */
    public static LoadRules anew(Task task) {
        return new LoadRules(true, false, true, task.policies().badValues());
    }

    public static LoadRules of(Task task) {
        boolean keeps = task.policies().existingTables() == ExistingTables.IGNORE;
        return new LoadRules(
                keeps || !task.runs(Stage.SCHEMA), keeps, false, task.policies().badValues());
    }
}
