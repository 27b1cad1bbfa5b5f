package io.syncline.testkit.memory.destination;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Column;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Loader;
import io.syncline.api.task.BadValues;
import io.syncline.api.text.CopyTextDecoder;
import io.syncline.testkit.memory.fault.PortCall;
import io.syncline.testkit.memory.table.Cells;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes chunks: rows and mark in one transaction. */
final class MemoryLoader implements Loader {

    private final MemoryStore store;
    private final StoreSession session;
    private final Lease lease;

    MemoryLoader(MemoryStore store, StoreSession session, Lease lease) {
        this.store = store;
        this.session = session;
        this.lease = lease;
    }

    @Override
    public ChunkWrite begin(TableRoute route, Chunk chunk, BadValues policy) {
        if (policy != BadValues.STOP) {
            throw new UnsupportedOperationException("the destination in memory only reports bad values");
        }
        return session.call(PortCall.CHUNK_BEGIN, () -> new MemoryChunkWrite(session.begin(lease), route, chunk));
    }

    /** A table in memory holds no rows of others. */
    @Override
    public boolean clear(TableRoute route) {
        throw new UnsupportedOperationException("the destination in memory holds no rows of others");
    }

    @Override
    public void restart(TableRoute route) {
        session.commit(PortCall.TABLE_RESTART, () -> {
            StoreTransaction transaction = session.begin(lease);
            transaction.clear(route.destination().table());
            transaction.onCommit(
                    () -> store.task(lease.task()).restart(route.source().table()));
            return transaction;
        });
    }

    @Override
    public void loaded(TableRoute route, @Nullable Instant readAt) {
        session.commit(PortCall.LEDGER_WRITE, () -> {
            StoreTransaction transaction = session.begin(lease);
            transaction.onCommit(
                    () -> store.task(lease.task()).loaded(route.source().table(), readAt));
            return transaction;
        });
    }

    /** A table that is loaded anew is emptied first, whoever reads it: nobody does. */
    @Override
    public List<String> discard() {
        return List.of();
    }

    @Override
    public void close() {
        session.end();
    }

    private final class MemoryChunkWrite implements ChunkWrite {

        private final StoreTransaction transaction;
        private final TableRoute route;
        private final Chunk chunk;
        private long written;

        MemoryChunkWrite(StoreTransaction transaction, TableRoute route, Chunk chunk) {
            this.transaction = transaction;
            this.route = route;
            this.chunk = chunk;
        }

        @Override
        public void write(CopyPage page) {
            session.run(PortCall.CHUNK_WRITE, () -> {
                List<Column> columns = route.destination().columns();
                for (Row row : new CopyTextDecoder(columns.size()).decode(page)) {
                    insert(row, columns);
                    written++;
                }
            });
        }

        private void insert(Row row, List<Column> columns) {
            try {
                transaction.insert(
                        route.destination().table(),
                        StoredCells.of(store, route, column -> Cells.value(row, column), columns));
            } catch (UniqueViolation e) {
                throw doubled(e);
            }
        }

        private SyncException doubled(UniqueViolation e) {
            return new SyncException(
                    ErrorCode.CONFLICT_KEY_EXISTS, String.valueOf(e.getMessage()), "Look at both ends.", e);
        }

        @Override
        public void commit(long rows, long bytes, Positions readAt) {
            if (rows != written) {
                throw new SyncException(
                        ErrorCode.INVARIANT_BROKEN, rows + " rows were sent, " + written + " came", "Report this.");
            }
            ChunkDone done = new ChunkDone(rows, bytes, readAt);
            try {
                session.commit(PortCall.CHUNK_COMMIT, () -> {
                    transaction.onCommit(() -> store.task(lease.task()).done(chunk, done));
                    return transaction;
                });
            } catch (UniqueViolation e) {
                throw doubled(e);
            }
        }

        @Override
        public void close() {
            if (!transaction.isUndecided()) {
                transaction.rollBack();
            }
        }
    }
}
