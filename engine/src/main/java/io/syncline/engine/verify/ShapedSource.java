package io.syncline.engine.verify;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Column;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.ShapedDigests;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.port.Source;
import io.syncline.api.text.CopyBuffer;
import io.syncline.api.text.CopyTextEncoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The source's side of a table with a filter or computed columns: its rows are sent to the destination, which makes of them what it would write, chunk by chunk. So both sides
 * are evaluated in one place (docs/design/row-shaping.md).
 */
final class ShapedSource implements DigestReader {

    /** About how much of the table lies at the destination at once. */
    private static final long CHUNK_BYTES = 256L << 20;

    private static final int KEYS_AT_ONCE = 1_000;
    private static final int PAGE_BYTES = 1 << 18;

    private final TableRoute route;
    private final Source source;
    private final ShapedDigests destination;

    ShapedSource(TableRoute route, Source source, ShapedDigests destination) {
        this.route = route;
        this.source = source;
        this.destination = destination;
    }

    @Override
    public Map<Integer, Digest> buckets(Shape shape, int buckets) {
        Map<Integer, Digest> sums = new HashMap<>();
        eachChunk(rows -> rows.buckets(shape, buckets)
                .forEach((bucket, digest) -> sums.merge(bucket, digest, ShapedSource::plus)));
        return sums;
    }

    private static Digest plus(Digest one, Digest other) {
        return new Digest(one.rows() + other.rows(), one.sum().add(other.sum()));
    }

    @Override
    public List<KeyedDigest> rows(Shape shape, int buckets, Collection<Integer> wanted) {
        List<KeyedDigest> found = new ArrayList<>();
        eachChunk(rows -> found.addAll(rows.rows(shape, buckets, wanted)));
        return found;
    }

    @Override
    public List<KeyedDigest> lookup(Shape shape, Collection<Row> keys) {
        List<KeyedDigest> found = new ArrayList<>();
        eachPortion(keys, (rows, portion) -> found.addAll(rows.lookup(shape, portion)));
        return found;
    }

    @Override
    public List<Row> values(Shape shape, Collection<Row> keys) {
        List<Row> found = new ArrayList<>();
        eachPortion(keys, (rows, portion) -> found.addAll(rows.values(shape, portion)));
        return found;
    }

    /** All rows, as one snapshot has them. */
    private void eachChunk(Consumer<DigestReader> work) {
        TableSchema table = route.source();
        List<String> columns = route.readColumns().stream()
                .map(table.columns()::get)
                .map(Column::name)
                .toList();
        try (Snapshot snapshot = source.snapshots().unpositioned();
                SnapshotReader reader = snapshot.reader()) {
            for (Chunk chunk : snapshot.plan(table, CHUNK_BYTES, false)) {
                try (SnapshotReader.Pages pages = reader.read(table, chunk, columns)) {
                    work.accept(destination.of(route, pages::next));
                }
            }
        }
    }

    private interface Lookup {
        void in(DigestReader rows, List<Row> keys);
    }

    /** The rows of these keys, as they are now. */
    private void eachPortion(Collection<Row> keys, Lookup lookup) {
        List<Row> all = List.copyOf(keys);
        for (int from = 0; from < all.size(); from += KEYS_AT_ONCE) {
            List<Row> portion = all.subList(from, Math.min(all.size(), from + KEYS_AT_ONCE));
            List<Row> found = source.rows()
                    .fetch(route.source(), AskedKeys.of(route, portion))
                    .rows();
            lookup.in(read(found), portion);
        }
    }

    private DigestReader read(List<Row> rows) {
        CopyTextEncoder encoder = new CopyTextEncoder(new CopyBuffer(PAGE_BYTES));
        int[] columns = route.readColumns().stream().mapToInt(column -> column).toArray();
        Iterator<Row> next = rows.iterator();
        return destination.of(route, () -> {
            encoder.reset();
            while (next.hasNext() && encoder.page().length() < PAGE_BYTES) {
                encoder.append(next.next(), columns);
            }
            return encoder.rows() == 0 ? null : encoder.page();
        });
    }
}
