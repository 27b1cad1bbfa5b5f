package io.syncline.testkit.memory.source;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.text.CopyBuffer;
import io.syncline.api.text.CopyTextEncoder;
import io.syncline.testkit.memory.fault.MemoryConnection;
import io.syncline.testkit.memory.fault.PortCall;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads chunks of a snapshot, a few rows a page. */
final class MemorySnapshotReader implements SnapshotReader {

    private final MemoryServer server;
    private final MemorySnapshot snapshot;
    private final MemoryConnection connection;

    MemorySnapshotReader(MemoryServer server, MemorySnapshot snapshot, MemoryConnection connection) {
        this.server = server;
        this.snapshot = snapshot;
        this.connection = connection;
    }

    @Override
    public Pages read(TableSchema table, Chunk chunk, List<String> columns) {
        return connection.call(PortCall.CHUNK_READ, () -> {
            if (server.definition(table.table()).schema().version() != table.version()) {
                throw new SyncException(
                        ErrorCode.TABLE_MOVED, "the table " + table.table() + " is another one now", "Plan it anew.");
            }
            List<StoredRow> rows = snapshot.rowsOf(table.table()).stream()
                    .filter(row -> isIn(table, chunk.range(), row))
                    .toList();
            int[] picked = columns.stream().mapToInt(table::indexOf).toArray();
            return new MemoryPages(rows.iterator(), picked);
        });
    }

    private static boolean isIn(TableSchema table, Chunk.Range range, StoredRow row) {
        return switch (range) {
            case Chunk.Whole() -> true;
            case Chunk.PhysicalRange(long from, Long to) -> row.place() >= from && (to == null || row.place() < to);
            case Chunk.KeyRange(List<String> from, List<String> to) -> {
                List<String> key = KeyOrder.canonical(table, KeyOrder.key(table, row.cells()));
                yield (from == null || KeyOrder.ORDER.compare(key, KeyOrder.canonical(table, from)) >= 0)
                        && (to == null || KeyOrder.ORDER.compare(key, KeyOrder.canonical(table, to)) < 0);
            }
        };
    }

    @Override
    public void close() {}

    private final class MemoryPages implements Pages {

        private final Iterator<StoredRow> rows;
        private final int[] columns;
        private final CopyTextEncoder encoder = new CopyTextEncoder(new CopyBuffer(256));

        MemoryPages(Iterator<StoredRow> rows, int[] columns) {
            this.rows = rows;
            this.columns = columns;
        }

        @Override
        public @Nullable CopyPage next() {
            return connection.call(PortCall.CHUNK_READ, this::read).page();
        }

        private Read read() {
            if (!rows.hasNext()) {
                return new Read(null);
            }
            encoder.reset();
            for (int i = 0; i < server.traits().pageRows() && rows.hasNext(); i++) {
                encoder.append(rows.next().cells().row(), columns);
            }
            return new Read(encoder.page());
        }

        private record Read(@Nullable CopyPage page) {}

        @Override
        public void close() {}
    }
}
