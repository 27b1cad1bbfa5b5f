package io.syncline.engine.stream;

import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of the tables that a stream sends are carried, and where to. A table is known by its name and its version; where the two disagree with the plan, rows
 * would go astray, and the task stops (I4, T10, T24).
 */
public final class Routes {

    private final Map<TableId, RoutedTable> byName = new HashMap<>();
    private final Map<Version, RoutedTable> byVersion = new HashMap<>();
    /** The last shape that was compared with each plan: streams send the same object with row after row. */
    private final Map<TableId, TableSchema> accepted = new HashMap<>();

    private record Version(String database, long version) {}

    /** @param tables at most one per source table */
    public Routes(Collection<RoutedTable> tables) {
        for (RoutedTable table : tables) {
            TableSchema source = table.route().source();
            if (byName.put(source.table(), table) != null) {
                throw new IllegalArgumentException(source.table() + " is routed twice");
            }
            if (source.version() != 0) {
                byVersion.put(new Version(source.table().database(), source.version()), table);
            }
            accepted.put(source.table(), source);
        }
    }

    /** The way of a table's rows after an alteration; its rows take it from here on. */
    void altered(RoutedTable before, TableAlteration alteration) {
        TableSchema source = alteration.after().source();
        RoutedTable after =
                new RoutedTable(alteration.after(), before.operations(), before.exactFrom(), before.sameParts());
        byName.put(source.table(), after);
        byVersion.put(new Version(source.table().database(), source.version()), after);
        accepted.put(source.table(), source);
    }

    /** The planned table of this name, whatever its shape has become, or null. */
    public @Nullable RoutedTable find(TableId table) {
        return byName.get(table);
    }

    /**
     * The route of rows that arrive in this shape; null when their table was not chosen or was read after their transaction (T26).
     *
     * @param containedFrom of their transaction
     * @throws SyncException SOURCE_SCHEMA_CHANGED when the table is not as it was planned
     */
    @Nullable
    RoutedTable route(TableSchema arriving, StreamId stream, Position containedFrom) {
        TableId table = arriving.table();
        RoutedTable routed = byName.get(table);
        if (routed == null) {
            requireNotRenamed(arriving);
            return null;
        }
        if (routed.alreadyHolds(stream, containedFrom)) {
            return null;
        }
        if (!isLastAccepted(table, arriving)) {
            String difference = SchemaDifference.between(routed.route().source(), arriving);
            if (!difference.isEmpty()) {
                throw changed(table, difference);
            }
            accepted.put(table, arriving);
        }
        return routed;
    }

    /** To look into equal shapes row by row would cost more than all else that routing does. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isLastAccepted(TableId table, TableSchema arriving) {
        return accepted.get(table) == arriving;
    }

    /** The failure of a stream that tells that a planned table was altered. */
    SyncException changed(TableSchema before, TableSchema after) {
        String difference = SchemaDifference.between(before, after);
        return changed(before.table(), difference.isEmpty() ? "its definition was altered" : difference);
    }

    private void requireNotRenamed(TableSchema arriving) {
        RoutedTable planned = byVersion.get(new Version(arriving.table().database(), arriving.version()));
        if (planned != null) {
            throw changed(planned.route().source().table(), "it is called " + arriving.table() + " now");
        }
    }

    private static SyncException changed(TableId table, String difference) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "the table " + table + " changed at the source after it was planned: " + difference
                        + ". Its further rows do not fit the destination, so nothing of them was applied.",
                "Undo the change at the source only if no row was written since; otherwise run clean for this task, adapt or drop the destination table, and start it again.");
    }
}
