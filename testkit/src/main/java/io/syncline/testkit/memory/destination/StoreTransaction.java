package io.syncline.testkit.memory.destination;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.testkit.memory.table.Cells;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A transaction whose writes nobody else sees until it commits. */
final class StoreTransaction {

    private enum Phase {
        OPEN,
        /** The client sent COMMIT and went away; the server has not decided. */
        UNDECIDED,
        ENDED
    }

    private final MemoryStore store;
    private final Lease lease;
    /** By table and row identity what this transaction wrote; null for a deleted row. */
    private Map<TableId, Map<Long, @Nullable Cells>> writes = new HashMap<>();

    private final List<Runnable> ledgerWrites = new ArrayList<>();
    private final List<StreamId> locked = new ArrayList<>();
    private Phase phase = Phase.OPEN;
    private boolean waitsForDisk = true;

    StoreTransaction(MemoryStore store, Lease lease) {
        this.store = store;
        this.lease = lease;
    }

    Lease lease() {
        return lease;
    }

    boolean isEnded() {
        return phase == Phase.ENDED;
    }

    boolean isUndecided() {
        return phase == Phase.UNDECIDED;
    }

    boolean holds(StreamId stream) {
        return locked.contains(stream);
    }

    void lock(StreamId stream) {
        locked.add(stream);
    }

    /** Committed rows with this transaction's writes over them. */
    SortedMap<Long, Cells> visible(TableId table) {
        SortedMap<Long, Cells> visible = new TreeMap<>(store.table(table).rows());
        writesOf(table).forEach((identity, cells) -> {
            if (cells == null) {
                visible.remove(identity);
            } else {
                visible.put(identity, cells);
            }
        });
        return visible;
    }

    /** @throws UniqueViolation when an equal value is there */
    void insert(TableId table, Cells cells) {
        put(table, store.nextIdentity(), cells);
    }

    /** @throws UniqueViolation when an equal value is there */
    void put(TableId table, long identity, Cells cells) {
        requireOpen();
        requireNotNull(table, cells);
        store.table(table).requireFree(identity, cells, visible(table));
        writesOf(table).put(identity, cells);
    }

    void delete(TableId table, long identity) {
        requireOpen();
        writesOf(table).put(identity, null);
    }

    void clear(TableId table) {
        visible(table).keySet().forEach(identity -> delete(table, identity));
    }

    /** Something that happens to the ledger when this commits. */
    void onCommit(Runnable ledgerWrite) {
        requireOpen();
        ledgerWrites.add(ledgerWrite);
    }

    /** The commit is answered before it is durable. */
    void commitsAtOnce() {
        waitsForDisk = false;
    }

    /** What {@link #rollBackTo} takes back everything after. */
    Map<TableId, Map<Long, @Nullable Cells>> savepoint() {
        Map<TableId, Map<Long, @Nullable Cells>> copy = new HashMap<>();
        writes.forEach((table, rows) -> copy.put(table, new HashMap<>(rows)));
        return copy;
    }

    void rollBackTo(Map<TableId, Map<Long, @Nullable Cells>> savepoint) {
        writes = savepoint;
    }

    /** The client has sent COMMIT and went away. */
    void leaveUndecided() {
        requireOpen();
        phase = Phase.UNDECIDED;
    }

    /** @throws UniqueViolation when another transaction has committed an equal value meanwhile; then this one is rolled back */
    void commit() {
        if (phase == Phase.ENDED) {
            throw new IllegalStateException("the transaction is over");
        }
        try {
            writes.forEach(this::requireFree);
        } catch (UniqueViolation e) {
            rollBack();
            throw e;
        }
        writes.forEach((table, rows) -> rows.forEach((identity, cells) -> {
            if (cells == null) {
                store.table(table).rows().remove(identity);
            } else {
                store.table(table).rows().put(identity, cells);
            }
        }));
        ledgerWrites.forEach(Runnable::run);
        if (waitsForDisk) {
            store.settle();
        }
        phase = Phase.ENDED;
        store.ended(this);
        store.committed(lease);
    }

    private void requireFree(TableId table, Map<Long, @Nullable Cells> rows) {
        rows.forEach((identity, cells) -> {
            if (cells != null) {
                store.table(table).requireFree(identity, cells, visible(table));
            }
        });
    }

    void rollBack() {
        if (phase != Phase.ENDED) {
            phase = Phase.ENDED;
            store.ended(this);
        }
    }

    private Map<Long, @Nullable Cells> writesOf(TableId table) {
        return writes.computeIfAbsent(table, id -> new HashMap<>());
    }

    private void requireOpen() {
        if (phase != Phase.OPEN) {
            throw new IllegalStateException("the transaction is over");
        }
    }

    private void requireNotNull(TableId table, Cells cells) {
        var columns = store.table(table).columns();
        for (int column = 0; column < columns.size(); column++) {
            if (cells.get(column) == null && !columns.get(column).nullable()) {
                throw new SyncException(
                        ErrorCode.VALUE_REJECTED,
                        "NULL in " + table + "." + columns.get(column).name(),
                        "Look at the source.");
            }
        }
    }
}
