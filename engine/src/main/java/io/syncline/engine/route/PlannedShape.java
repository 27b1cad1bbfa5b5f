package io.syncline.engine.route;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
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

    private PlannedShape() {}

    /** The ledger's text. */
    public static String of(TableSchema source) {
        return ShapeText.of(source);
    }

    /** The recorded shape; empty when an older program recorded it in words only. */
    public static Optional<TableSchema> read(TableEntry entry) {
        return read(entry.source(), entry.sourceVersion(), entry.sourceShape());
    }

    /** What {@link #of} wrote. */
    public static Optional<TableSchema> read(TableId table, long version, String text) {
        return Optional.ofNullable(ShapeText.read(table, version, text));
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

    /**
     * @param now as the source's catalog has it
     * @throws SyncException SOURCE_SCHEMA_CHANGED when it is not the table that {@code planned} is about
     */
    public static void requireSame(TableEntry planned, TableSchema now) {
        String was = read(planned).map(PlannedShape::words).orElse(planned.sourceShape());
        String is = words(now);
        if (planned.sourceVersion() == now.version() && was.equals(is)) {
            return;
        }
        throw new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "the table " + now.table() + " changed at the source after it was planned: "
                        + (planned.sourceVersion() == now.version()
                                ? "it was (" + was + "), it is (" + is + ")"
                                : "another table has its name now")
                        + ". What was read before may not be what the source has now.",
                "Undo the change at the source only if it altered no value; otherwise run clean for this task, adapt or drop the destination table, and start it again.");
    }
}
