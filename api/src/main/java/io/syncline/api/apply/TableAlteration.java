package io.syncline.api.apply;

import io.syncline.api.model.TableRoute;
import io.syncline.api.schema.ColumnChange;
import java.util.List;

/**
 * A table that the source altered, in its place among the changes of its transaction.
 *
 * @param before the way of the rows before it
 * @param after the way of the rows after it; to the same destination table, which may have another name
 * @param changes of the destination table, in an order in which no name is in the way of another
 * @param sourceShape what the ledger keeps of the source table from now on
 * @param anew whether the rows get values that no log tells, so that the destination table holds none while it is altered, and is loaded anew
 */
public record TableAlteration(
        TableRoute before, TableRoute after, List<ColumnChange> changes, String sourceShape, boolean anew) {

    public TableAlteration {
        changes = List.copyOf(changes);
    }

    /** Whether the destination's table gets another name. */
    public boolean renames() {
        return !before.destination().table().equals(after.destination().table());
    }
}
