package io.syncline.engine.stream;

import io.syncline.api.apply.RoutedChange;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.ChangeEvent.Dropped;
import io.syncline.api.model.ChangeEvent.Moved;
import io.syncline.api.model.ChangeEvent.Named;
import io.syncline.api.model.ChangeEvent.Part;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.SchemaChange;
import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.ChangeEvent.Untold;
import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.task.Operation;
import io.syncline.engine.route.PartitionNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pieces of the transaction that is being read: routes its changes, leaves out what was not chosen (T14) or is already in the table (T26), and cuts it
 * where it becomes too large to be handed over whole (T38).
 */
final class TransactionReader {

    private final StreamId stream;
    private final Routes routes;
    private final Alterations alterations;
    private final Consumer<TableSchema> outdated;
    private final StreamLimits limits;
    private final List<Skip> skips;

    private @Nullable Begin open;
    private @Nullable Part within;
    private @Nullable LeftOutChanges leftOut;
    private boolean carried;
    private List<RoutedChange> changes = new ArrayList<>();
    private long bytes;

    /**
     * @param outdated notes that a table is to be loaded anew, safe from a crash when it returns
     * @param skips transactions that are left out
     */
    TransactionReader(
            StreamId stream,
            Routes routes,
            Alterations alterations,
            Consumer<TableSchema> outdated,
            StreamLimits limits,
            List<Skip> skips) {
        this.stream = stream;
        this.routes = routes;
        this.alterations = alterations;
        this.outdated = outdated;
        this.limits = limits;
        this.skips = List.copyOf(skips);
    }

    boolean isOpen() {
        return open != null;
    }

    void begin(Begin begin) {
        requireClosed(begin);
        open = begin;
        within = null;
        carried = false;
        leftOut = skips.stream()
                .filter(skip -> skip.isOf(begin))
                .findFirst()
                .map(LeftOutChanges::new)
                .orElse(null);
    }

    void part(Part begun) {
        requireOpen(begun);
        within = begun;
    }

    void change(RowChange change, Operation operation, Collection<Piece> out) {
        Position containedFrom = requireOpen(change).containedFrom();
        RoutedTable table = routes.route(change.table(), stream, held(change), this::unplanned);
        if (table == null || !table.carries(operation)) {
            return;
        }
        if (leftOut != null) {
            leftOut.count(table.route().source().table(), operation);
            return;
        }
        changes.add(new RoutedChange(table.route(), change));
        bytes += ChangeSize.of(change);
        if (bytes >= limits.pieceBytes() || changes.size() >= limits.pieceRows()) {
            cut(containedFrom, out);
        }
    }

    void truncate(Truncate truncate, Collection<Piece> out) {
        Position containedFrom = requireOpen(truncate).containedFrom();
        List<TableRoute> emptied = new ArrayList<>();
        for (TableSchema arriving : truncate.tables()) {
            RoutedTable table = routes.route(arriving, stream, held(truncate), this::unplanned);
            if (table != null && table.carries(Operation.TRUNCATE)) {
                requireNotHalfHeld(table, truncate);
                emptied.add(table.route());
            }
        }
        for (Truncate.Part part : truncate.parts()) {
            RoutedTable table = routes.route(part.table(), stream, held(truncate), this::unplanned);
            if (table != null && table.carries(Operation.TRUNCATE)) {
                requireNotHalfHeld(table, truncate);
                if (leftOut == null) {
                    requireParts(table, part);
                }
                emptied.add(partition(table.route(), part));
            }
        }
        if (leftOut != null) {
            for (TableRoute route : emptied) {
                leftOut.count(route.source().table(), Operation.TRUNCATE);
            }
        } else if (!emptied.isEmpty()) {
            cut(containedFrom, out);
            out.add(new Piece.Truncate(containedFrom, emptied, truncate.cascade(), truncate.restartIdentity()));
            carried = true;
        }
    }

    /** T26, T35: a snapshot of several servers may hold the event on some of them, whose rows of behind it must not be taken away. */
    private void requireNotHalfHeld(RoutedTable table, Truncate truncate) {
        if (table.overlaps(stream, held(truncate))) {
            untold(new Untold(table.route().source(), "it was emptied by TRUNCATE while it was read"));
        }
    }

    /**
     * T9: the other rows of the table stay, so that nothing but the same partition may be emptied.
     *
     * @throws SyncException when the destination's table is not known to have it: TABLE_MOVED when the table is noted to be loaded anew, else SOURCE_SCHEMA_CHANGED
     */
    private void requireParts(RoutedTable table, Truncate.Part part) {
        if (table.sameParts()) {
            return;
        }
        TableRoute route = table.route();
        if (alterations.selection().loadable(route.source())) {
            throw loadAnew(
                    route.source(),
                    "its partition " + part.name() + " was emptied at the source, which the destination has not");
        }
        throw new SyncException(
                        ErrorCode.SOURCE_SCHEMA_CHANGED,
                        "the partition " + part.name() + " of table "
                                + route.source().table()
                                + " was emptied by TRUNCATE, and the destination's table "
                                + route.destination().table()
                                + " has no partition that could be emptied alike: the log does not say which rows are gone",
                        "Run clean for this task, empty or drop the destination table, and start it again. To follow such a TRUNCATE,"
                                + " let the schema stage make the table with partitions: keep; a DELETE of the rows is followed either way.")
                .ofTable(route.source().table());
    }

    private static TableRoute partition(TableRoute route, Truncate.Part part) {
        TableSchema whole = route.destination();
        TableSchema alone = new TableSchema(PartitionNames.target(route, part.name()), 0, whole.columns(), whole.key());
        return new TableRoute(route.source(), alone, route.sourceColumns(), route.shaping(), route.origin());
    }

    /** Rows that are not as the table was planned, and nobody told: another table, whatever it is called, is not loaded in place of it (T10, T24). */
    private SyncException unplanned(RoutedTable table, TableSchema arriving, SyncException stop) {
        TableSchema planned = table.route().source();
        return planned.version() == arriving.version()
                        && alterations.selection().loadsUntold(planned)
                ? loadAnew(planned, "the log shows it in another shape than the one it was known in")
                : stop;
    }

    /** What ends the attempt when the ledger has the note. */
    private SyncException loadAnew(TableSchema table, String why) {
        outdated.accept(table);
        return new SyncException(
                ErrorCode.TABLE_MOVED,
                "the table " + table.table() + ": " + why + ". It is loaded anew",
                "The run does it by itself.");
    }

    /**
     * The barrier between the rows before and after (T10): what was read so far goes out on its old way.
     *
     * @throws SyncException SOURCE_SCHEMA_CHANGED when the destination cannot follow, TABLE_MOVED when the table is noted to be loaded anew: its transaction, which is
     *     not applied, is one of those that the load holds already
     */
    void altered(Altered event, Collection<Piece> out) {
        Position containedFrom = requireAltering(event).containedFrom();
        RoutedTable table = routes.find(event.before());
        if (table == null) {
            return;
        }
        if (table.alreadyHolds(stream, held(event))) {
            requireMade(event);
            return;
        }
        TableAlteration alteration = alterations.of(table.route(), event);
        if (alteration.anew()) {
            throw loadAnew(event.before(), "it was altered at the source, and its rows got values that no log tells");
        }
        cut(containedFrom, out);
        out.add(new Piece.Alter(containedFrom, alteration));
        carried = true;
        routes.altered(table, alteration);
    }

    /**
     * @throws SyncException TABLE_MOVED when the table is noted to be loaded anew, SOURCE_SCHEMA_CHANGED when it cannot, or must not, be; unless it was read after the
     *     event's transaction
     */
    void moved(Moved event) {
        requireAltering(event);
        RoutedTable table = routes.find(event.table());
        if (table != null && !table.alreadyHolds(stream, held(event))) {
            alterations.requireLoadable(event);
            throw loadAnew(event.table(), event.how());
        }
    }

    /** @throws SyncException TABLE_MOVED when the table is noted to be loaded anew, SOURCE_SCHEMA_CHANGED when it cannot be; unless it was read after the event */
    void untold(Untold event) {
        requireAltering(event);
        RoutedTable table = routes.find(event.table());
        if (table != null && !table.alreadyHolds(stream, held(event))) {
            alterations.requireLoadable(event);
            throw loadAnew(table.route().source(), event.how());
        }
    }

    /** @throws SyncException SOURCE_SCHEMA_CHANGED when the task file does not say what becomes of it */
    void dropped(Dropped event, Collection<Piece> out) {
        Position containedFrom = requireAltering(event).containedFrom();
        RoutedTable table = routes.find(event.table());
        if (table != null) {
            boolean keep = alterations.keeps(table.route(), event);
            cut(containedFrom, out);
            out.add(new Piece.Drop(containedFrom, table.route(), keep));
            carried = true;
            routes.dropped(table);
        }
    }

    /** @throws SyncException SOURCE_SCHEMA_CHANGED when the task lacks the table */
    void named(Named event) {
        requireAltering(event);
        alterations.named(event);
    }

    /** A table that was loaded after an alteration has its columns as the catalog had them, which is silent about some of what makes a column. */
    private static void requireMade(Altered event) {
        if (!event.unknown().isEmpty()) {
            throw Alterations.refused(event, event.unknown(), Alterations.CLEAN);
        }
    }

    /** @throws SyncException SOURCE_SCHEMA_CHANGED when it concerns a carried table that was not read after it */
    void schemaChange(SchemaChange change) {
        requireNotLeftOut(change);
        RoutedTable after = routes.find(change.after());
        RoutedTable table = after != null ? after : routes.find(change.before().table());
        boolean planned = table != null
                && ((open != null && table.alreadyHolds(stream, held(change)))
                        // Told by its own event before, which its rows now follow.
                        || table.route().source().equals(change.after()));
        if (table != null && !planned) {
            throw unplanned(table, change.after(), routes.changed(change.before(), change.after()));
        }
    }

    void commit(Commit commit, Collection<Piece> out) {
        cut(requireOpen(commit).containedFrom(), out);
        if (leftOut != null) {
            out.add(leftOut.piece(commit));
            carried = true;
            leftOut = null;
        }
        out.add(carried ? new Piece.End(commit.position(), commit.committedAt()) : new Piece.Idle(commit.position()));
        open = null;
    }

    void requireClosed(ChangeEvent event) {
        if (open != null) {
            throw outOfPlace(event, "inside of transaction " + open.transaction());
        }
    }

    /** From where on an exact snapshot holds the event. */
    private Position held(ChangeEvent event) {
        Begin begin = requireOpen(event);
        return within == null ? begin.containedFrom() : within.containedFrom();
    }

    private Begin requireAltering(ChangeEvent event) {
        requireNotLeftOut(event);
        return requireOpen(event);
    }

    private void requireNotLeftOut(ChangeEvent event) {
        if (leftOut != null) {
            throw leftOut.otherwise(event);
        }
    }

    private Begin requireOpen(ChangeEvent event) {
        if (open == null) {
            throw outOfPlace(event, "outside of any transaction");
        }
        return open;
    }

    private SyncException outOfPlace(ChangeEvent event, String where) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN,
                "stream " + stream + " delivered " + event.getClass().getSimpleName() + " " + where
                        + "; what belongs to which transaction is unknown (I3)",
                "Start the task again; it goes on from its ledger. Please report this.");
    }

    private void cut(Position containedFrom, Collection<Piece> out) {
        if (!changes.isEmpty()) {
            out.add(new Piece.Changes(containedFrom, changes, bytes));
            carried = true;
            changes = new ArrayList<>();
            bytes = 0;
        }
    }
}
