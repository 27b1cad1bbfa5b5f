package io.syncline.testkit.memory.source;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.MemoryConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of one moment. It is gone when the source or the snapshot is closed, or its connection breaks. */
final class MemorySnapshot implements Snapshot {

    private final MemoryServer server;
    private final String id;
    private final Map<TableId, List<StoredRow>> view;
    private final Positions positions;
    private final boolean exact;
    private final MemoryConnection connection;

    MemorySnapshot(
            MemoryServer server,
            Interference interference,
            Map<TableId, List<StoredRow>> view,
            Positions positions,
            boolean exact) {
        this.server = server;
        this.id = "snapshot-" + server.nextSnapshot();
        this.view = view;
        this.positions = positions;
        this.exact = exact;
        this.connection = new MemoryConnection(ErrorCode.SNAPSHOT_LOST, interference, () -> {});
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Positions positions() {
        return positions;
    }

    @Override
    public boolean exact() {
        return exact;
    }

    @Override
    public List<Chunk> plan(TableSchema table, long chunkBytes, boolean durable) {
        int rows = (int) Math.max(1, chunkBytes / MemoryCatalog.ROW_BYTES);
        if (!table.key().exists()) {
            return List.of(new Chunk(table.table(), 0, new Chunk.Whole()));
        }
        return server.traits().physicalChunks() && !durable ? byPlace(table, rows) : byKey(table, rows);
    }

    /** The first begins at 0, the last is open: rows that were written meanwhile are elsewhere. */
    private List<Chunk> byPlace(TableSchema table, int rows) {
        List<Long> bounds =
                rowsOf(table.table()).stream().map(StoredRow::place).sorted().toList();
        List<Chunk> chunks = new ArrayList<>();
        long from = 0;
        for (int at = rows; at < bounds.size(); at += rows) {
            chunks.add(new Chunk(table.table(), chunks.size(), new Chunk.PhysicalRange(from, bounds.get(at))));
            from = bounds.get(at);
        }
        chunks.add(new Chunk(table.table(), chunks.size(), new Chunk.PhysicalRange(from, null)));
        return chunks;
    }

    private List<Chunk> byKey(TableSchema table, int rows) {
        List<List<String>> keys = rowsOf(table.table()).stream()
                .map(row -> KeyOrder.key(table, row.cells()))
                .sorted(Comparator.comparing(key -> KeyOrder.canonical(table, key), KeyOrder.ORDER))
                .toList();
        List<Chunk> chunks = new ArrayList<>();
        @Nullable List<String> from = null;
        for (int at = rows; at < keys.size(); at += rows) {
            chunks.add(new Chunk(table.table(), chunks.size(), new Chunk.KeyRange(from, keys.get(at))));
            from = keys.get(at);
        }
        chunks.add(new Chunk(table.table(), chunks.size(), new Chunk.KeyRange(from, null)));
        return chunks;
    }

    @Override
    public SnapshotReader reader() {
        return new MemorySnapshotReader(server, this, connection);
    }

    List<StoredRow> rowsOf(TableId table) {
        return view.getOrDefault(table, List.of());
    }

    @Override
    public void close() {
        connection.end();
    }
}
