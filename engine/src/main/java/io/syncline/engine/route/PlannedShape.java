package io.syncline.engine.route;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Ledger.TableEntry;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The shape that a table has where the task stands, as the ledger keeps it: as it was planned, or as the last alteration left it that was applied. The stream tells of a
 * table's new shape only with its next row, and while the task is down a table can be rewritten (ALTER TYPE ... USING) without one: what was read before would silently be
 * something else than what the source has (T24).
 */
public final class PlannedShape {

    /** Begins the line, after the source's shape, that says what the task makes of the rows. Unlike a column's line it has no tab. */
    private static final String MADE = "made ";

    private PlannedShape() {}

    /** The ledger's text: the source's shape, and what the task makes of its rows. */
    public static String of(TableRoute route) {
        return of(route.source()) + made(route);
    }

    /** The ledger's text for a table whose rows are written as they are. */
    public static String of(TableSchema source) {
        return ShapeText.of(source);
    }

    /** The recorded shape; empty when an older program recorded it in words only. */
    public static Optional<TableSchema> read(TableEntry entry) {
        return read(entry.source(), entry.sourceVersion(), entry.sourceShape());
    }

    /** What {@link #of} wrote. */
    public static Optional<TableSchema> read(TableId table, long version, String text) {
        return Optional.ofNullable(ShapeText.read(
                table, version, text.substring(0, text.length() - made(text).length())));
    }

    /** Columns with their types, in order, and the key: {@code id integer, v text; key id}. */
    public static String words(TableSchema source) {
        String columns = source.columns().stream()
                .map(column -> column.name() + " " + column.type().name() + (column.generated() ? " generated" : ""))
                .collect(Collectors.joining(", "));
        String key = source.key().columns().stream()
                .map(index -> source.columns().get(index).name())
                .collect(Collectors.joining(", "));
        return columns + (key.isEmpty() ? "; no key" : "; key " + key);
    }

    /** Whether rows of both are rows of one table, column by column: no column was dropped and made again, either. */
    public static boolean isSame(TableSchema was, TableSchema is) {
        return was.table().equals(is.table())
                && was.version() == is.version()
                && words(was).equals(words(is))
                && was.columns().stream()
                        .map(Column::number)
                        .toList()
                        .equals(is.columns().stream().map(Column::number).toList());
    }

    private static String made(TableRoute route) {
        String made = shaped(route) + merged(route);
        return made.isEmpty()
                ? ""
                : "\n" + MADE + made.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    private static String merged(TableRoute route) {
        Origin origin = route.origin();
        return origin == null ? "" : " MERGED AS " + origin.value() + (origin.inKey() ? " IN ITS KEY" : "");
    }

    private static String shaped(TableRoute route) {
        Shaping shaping = route.shaping();
        if (shaping == null) {
            return "";
        }
        String computed = shaping.computed().entrySet().stream()
                .map(entry -> route.destination().columns().get(entry.getKey()).name() + " = "
                        + entry.getValue().text())
                .sorted()
                .collect(Collectors.joining(", "));
        String filter =
                shaping.filter() == null ? "" : " WHERE " + shaping.filter().text();
        return computed + filter;
    }

    /** The end of a ledger's text that says what is made of the rows, or nothing. */
    private static String made(String text) {
        int line = text.lastIndexOf("\n" + MADE);
        return line < 0 || text.indexOf('\t', line) >= 0 ? "" : text.substring(line);
    }

    /**
     * @param route as the source's catalog and the task file have it now
     * @throws SyncException SOURCE_SCHEMA_CHANGED when it is not the table that {@code planned} is about, TASK_CHANGED when its filter, computed columns or merge are others: rows that
     *     were written before would stay as they are
     */
    public static void requireSame(TableEntry planned, TableRoute route) {
        TableSchema now = route.source();
        String was = read(planned).map(PlannedShape::words).orElse(planned.sourceShape());
        String is = words(now);
        boolean same = planned.sourceVersion() == now.version() && was.equals(is);
        if (same && made(planned.sourceShape()).equals(made(route))) {
            return;
        }
        if (same) {
            throw new SyncException(
                    ErrorCode.TASK_CHANGED,
                    "the filter, the computed columns or the merge of " + now.table()
                            + " were changed in the task file after the task had started; rows that are there already would stay as the old ones made them",
                    "Run `syncline apply FILE`, which says what becomes of the table; or undo the edit.");
        }
        throw new SyncException(
                        ErrorCode.SOURCE_SCHEMA_CHANGED,
                        "the table " + now.table() + " changed at the source after it was planned: "
                                + (planned.sourceVersion() == now.version()
                                        ? "it was (" + was + "), it is (" + is + ")"
                                        : "another table has its name now")
                                + ". What was read before may not be what the source has now.",
                        "Undo the change at the source only if it altered no value; otherwise run clean for this task, adapt or drop the destination table, and start it again.")
                .ofTable(planned.source());
    }
}
