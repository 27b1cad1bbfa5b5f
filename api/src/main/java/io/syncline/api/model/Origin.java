package io.syncline.api.model;

/**
 * The mark of rows that come from one of several source tables of a merged table (docs/design/merge.md). To its source table, the destination table is those of its rows
 * that have it.
 *
 * @param value {@code <task id>:<database>.<schema>.<table>}
 * @param inKey whether it is part of the merged table's key, so that rows of different origin may have the same key otherwise
 */
public record Origin(String value, boolean inKey) {

    /** The column that holds it, of type text. */
    public static final String COLUMN = "__dts_data_source";

    /** @param task the task's id */
    public static Origin of(String task, TableId source, boolean inKey) {
        return new Origin(task + ":" + source.database() + "." + source.schema() + "." + source.name(), inKey);
    }
}
