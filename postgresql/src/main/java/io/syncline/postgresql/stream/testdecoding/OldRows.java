package io.syncline.postgresql.stream.testdecoding;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableSchema;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Old rows as far as the plugin prints them: no column that is NULL, and under replica identity DEFAULT or INDEX only those of the key. Which identity it was is printed
 * nowhere. So a row of a table with a key is known by its key, which is never NULL, and what is not printed stays absent; the rows of a table without a key can only come
 * under FULL, where what is not printed is NULL.
 */
final class OldRows {

    private OldRows() {}

    /** An update without an old row leaves the key as it was; a table without a key needs the old row. */
    static void requireKeyed(PrintedTable table) {
        if (!table.schema().key().exists()) {
            throw missing(table);
        }
    }

    /**
     * The old row with all that it says.
     *
     * @param after the new row of an update, which under FULL got from the old one what did not change; of a delete the old one again
     */
    static Row completed(PrintedTable table, Row before, Row after) {
        TableSchema schema = table.schema();
        if (schema.key().exists()) {
            if (!schema.key().columns().stream().allMatch(before::isPresent)) {
                throw missing(table);
            }
            return before;
        }
        RowBuilder row = new RowBuilder(before.columns());
        for (int column = 0; column < before.columns(); column++) {
            if (before.isPresent(column)) {
                add(row, before, column);
            } else if (schema.columns().get(column).nullable() && after.length(column) != Row.UNCHANGED) {
                row.state(Row.NULL);
            } else {
                throw missing(table);
            }
        }
        return row.build();
    }

    private static void add(RowBuilder row, Row from, int column) {
        if (from.isNull(column)) {
            row.state(Row.NULL);
        } else {
            row.value(from.page(), from.offset(column), from.length(column));
        }
    }

    static SyncException missing(PrintedTable table) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "table " + table.schema().table()
                        + ": the source's log holds a change without the old row that tells which row it was. Its replica identity was changed after the task began; nothing"
                        + " of that transaction was applied",
                "Give the table its key or REPLICA IDENTITY FULL again, run clean for this task, and start it again.");
    }

    /** The plugin prints what the columns were at the moment of the change, and the catalog has others. */
    static SyncException otherColumns(PrintedTable table) {
        TableSchema schema = table.schema();
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "table " + schema.table()
                        + ": the source's log holds a row whose columns are not those that the table has now ("
                        + IntStream.range(0, schema.columns().size())
                                .mapToObj(schema.columns()::get)
                                .map(column ->
                                        column.name() + " " + column.type().name())
                                .collect(Collectors.joining(", "))
                        + "): it was altered after the change. Nothing of that transaction was applied",
                "Undo the change at the source only if no row was written since; otherwise run clean for this task, adapt or drop the destination table, and start it again.");
    }
}
