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
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of the tables that a stream sends are carried, and where to. A table is known by its version, and must have the name that it is planned with; where the two disagree, rows
 * would go astray, and the task stops (I4, T10, T24).
 */
public final class Routes {

    private final Map<TableId, RoutedTable> byName = new HashMap<>();
    private final Map<Version, RoutedTable> byVersion = new HashMap<>();
    /** The last shape of each table that was compared with the plan: streams send the same object with row after row, and to look into equal ones would cost more than all else here. */
    private final IdentityHashMap<TableSchema, RoutedTable> accepted = new IdentityHashMap<>();

    private final Map<TableId, TableSchema> lastAccepted = new HashMap<>();

    /** Somebody who knows what to do about a table that is not as it was planned. */
    interface Difference {

        /** @param stop the failure that tells of the difference */
        SyncException found(RoutedTable planned, TableSchema arriving, SyncException stop);
    }

    private record Version(String database, long version) {

        static Version of(TableSchema table) {
            return new Version(table.table().database(), table.version());
        }
    }

    /** @param tables at most one per source table */
    public Routes(Collection<RoutedTable> tables) {
        for (RoutedTable table : tables) {
            if (byName.containsKey(table.route().source().table())) {
                throw new IllegalArgumentException(table.route().source().table() + " is routed twice");
            }
            add(table);
        }
    }

    private void add(RoutedTable table) {
        TableSchema source = table.route().source();
        byName.put(source.table(), table);
        if (source.version() != 0) {
            byVersion.put(Version.of(source), table);
        }
        accept(source, table);
    }

    private void accept(TableSchema shape, RoutedTable table) {
        forget(lastAccepted.put(table.route().source().table(), shape));
        accepted.put(shape, table);
    }

    private void forget(@Nullable TableSchema shape) {
        if (shape != null) {
            accepted.remove(shape);
        }
    }

    /** The way of a table's rows after an alteration; its rows take it from here on. */
    void altered(RoutedTable before, TableAlteration alteration) {
        dropped(before);
        add(new RoutedTable(alteration.after(), before.operations(), before.exactFrom(), before.sameParts()));
    }

    /** A table is carried no more. */
    void dropped(RoutedTable table) {
        TableSchema source = table.route().source();
        byName.remove(source.table());
        byVersion.remove(Version.of(source));
        forget(lastAccepted.remove(source.table()));
    }

    /** The planned table of this name, whatever its shape has become, or null. */
    public @Nullable RoutedTable find(TableId table) {
        return byName.get(table);
    }

    /** The planned table that this one is, under whatever name; else the one whose name it has, or null. */
    @Nullable
    RoutedTable find(TableSchema table) {
        RoutedTable same = byVersion.get(Version.of(table));
        return same == null ? byName.get(table.table()) : same;
    }

    /**
     * The route of rows that arrive in this shape; null when their table was not chosen or was read after their transaction (T26).
     *
     * @param containedFrom of their transaction
     * @param otherwise what is thrown when the table is not as it was planned, for that table, what arrives, and the failure that says what differs
     */
    @Nullable
    RoutedTable route(TableSchema arriving, StreamId stream, Position containedFrom, Difference otherwise) {
        RoutedTable known = accepted.get(arriving);
        RoutedTable routed = known == null ? find(arriving) : known;
        if (routed == null || routed.alreadyHolds(stream, containedFrom)) {
            return null;
        }
        if (known == null) {
            TableSchema planned = routed.route().source();
            String difference = SchemaDifference.between(planned, arriving);
            if (!difference.isEmpty()) {
                throw otherwise.found(routed, arriving, changed(planned.table(), difference));
            }
            accept(arriving, routed);
        }
        return routed;
    }

    /** The failure of a stream that tells that a planned table was altered. */
    SyncException changed(TableSchema before, TableSchema after) {
        String difference = SchemaDifference.between(before, after);
        return changed(before.table(), difference.isEmpty() ? "its definition was altered" : difference);
    }

    private static SyncException changed(TableId table, String difference) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "the table " + table + " changed at the source after it was planned: " + difference
                        + ". Its further rows do not fit the destination, so nothing of them was applied.",
                "Undo the change at the source only if no row was written since; otherwise run clean for this task, adapt or drop the destination table, and start it again.");
    }
}
