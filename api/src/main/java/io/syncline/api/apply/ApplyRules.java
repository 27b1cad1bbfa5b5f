package io.syncline.api.apply;

import io.syncline.api.model.TableId;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import java.util.HashMap;
import java.util.Map;

/**
 * How changes are applied, table by table.
 *
 * @param tables by source table; a table that is not here stops at its first conflict
 */
public record ApplyRules(Map<TableId, TableRules> tables) {

    /** Every conflict stops. */
    public static final ApplyRules STRICT = new ApplyRules(Map.of());

    private static final TableRules REPORT = new TableRules(ConflictPolicy.REPORT, true, false, BadValues.STOP);

    /**
     * @param conflicts what becomes of a change that does not find the destination as the source was
     * @param inserts whether inserted rows are carried; where they are not, no change makes a row that is not there
     * @param rereads whether some rows of the table were not loaded: a change that holds a part of its row only is then no change, but asks for the row (T25)
     * @param badValues what becomes of a value that the destination refuses, as {@link BadValue#policy} says
     */
    public record TableRules(ConflictPolicy conflicts, boolean inserts, boolean rereads, BadValues badValues) {}

    public ApplyRules {
        tables = Map.copyOf(tables);
    }

    public TableRules of(TableId source) {
        return tables.getOrDefault(source, REPORT);
    }

    /** The rules when a source table has another name. */
    public ApplyRules renamed(TableId from, TableId to) {
        Map<TableId, TableRules> renamed = new HashMap<>(tables);
        TableRules rules = renamed.remove(from);
        if (rules != null) {
            renamed.put(to, rules);
        }
        return new ApplyRules(renamed);
    }
}
