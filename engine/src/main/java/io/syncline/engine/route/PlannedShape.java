package io.syncline.engine.route;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Ledger.TableEntry;
import java.util.stream.Collectors;

/**
 * The shape that a table had when it was planned, as the ledger keeps it. The stream tells of a table's new shape only with its next row, and while the task is down a
 * table can be rewritten (ALTER TYPE ... USING) without one: what was read before would silently be something else than what the source has (T24).
 */
public final class PlannedShape {

    /** Between the source's shape and what the task makes of its rows. */
    private static final String MADE = "; made ";

    private PlannedShape() {}

    /** Columns with their types, in order, the key, and what the task makes of the rows: {@code id integer, v text; key id; made WHERE id > 0}. */
    public static String of(TableRoute route) {
        return source(route.source()) + made(route);
    }

    private static String source(TableSchema source) {
        String columns = source.columns().stream()
                .map(column -> column.name() + " " + column.type().name() + (column.generated() ? " generated" : ""))
                .collect(Collectors.joining(", "));
        String key = source.key().columns().stream()
                .map(index -> source.columns().get(index).name())
                .collect(Collectors.joining(", "));
        return columns + (key.isEmpty() ? "; no key" : "; key " + key);
    }

    private static String made(TableRoute route) {
        Shaping shaping = route.shaping();
        if (shaping == null) {
            return "";
        }
        String computed = shaping.computed().entrySet().stream()
                .map(entry -> route.destination().columns().get(entry.getKey()).name() + " = "
                        + entry.getValue().text())
                .sorted()
                .collect(Collectors.joining(", "));
        return MADE
                + computed
                + (shaping.filter() == null ? "" : " WHERE " + shaping.filter().text());
    }

    /**
     * @param route as the source's catalog and the task file have it now
     * @throws SyncException SOURCE_SCHEMA_CHANGED when it is not the table that {@code planned} is about, TASK_CHANGED when its filter or computed columns are others: rows that
     *     were written before would stay as they are
     */
    public static void requireSame(TableEntry planned, TableRoute route) {
        TableSchema now = route.source();
        String shape = source(now);
        if (planned.sourceVersion() == now.version() && planned.sourceShape().equals(of(route))) {
            return;
        }
        if (planned.sourceVersion() == now.version()
                && (planned.sourceShape().equals(shape) || planned.sourceShape().startsWith(shape + MADE))) {
            throw new SyncException(
                    ErrorCode.TASK_CHANGED,
                    "the filter or the computed columns of " + now.table()
                            + " were changed in the task file after the task had started; rows that are there already would stay as the old ones made them",
                    "Undo the edit, or run clean for this task and start it anew.");
        }
        throw new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "the table " + now.table() + " changed at the source after it was planned: "
                        + (planned.sourceVersion() == now.version()
                                ? "it was (" + planned.sourceShape() + "), it is (" + shape + ")"
                                : "another table has its name now")
                        + ". What was read before may not be what the source has now.",
                "Undo the change at the source only if it altered no value; otherwise run clean for this task, adapt or drop the destination table, and start it again.");
    }
}
