package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.SnapshotReader;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the rows of each segment from that segment: of a chunk that is a segment's from it alone, else from one after the other; of a table that all segments have whole, from the first. */
final class SegmentSnapshotReader implements SnapshotReader {

    private final SortedMap<Integer, SnapshotReader> bySegment;
    private final Predicate<TableSchema> replicated;

    SegmentSnapshotReader(SortedMap<Integer, SnapshotReader> bySegment, Predicate<TableSchema> replicated) {
        this.bySegment = bySegment;
        this.replicated = replicated;
    }

    @Override
    public Pages read(TableSchema table, Chunk chunk, List<String> columns) {
        return switch (chunk.range()) {
            case Chunk.PhysicalRange(long from, Long _) ->
                segment(from).read(table, new Chunk(table.table(), chunk.ordinal(), new Chunk.Whole()), columns);
            case Chunk.Whole _, Chunk.KeyRange _ -> {
                Collection<SnapshotReader> read =
                        replicated.test(table) ? List.of(bySegment.firstEntry().getValue()) : bySegment.values();
                yield new OneAfterTheOther(read, reader -> reader.read(table, chunk, columns));
            }
        };
    }

    private SnapshotReader segment(long place) {
        SnapshotReader reader = bySegment.get((int) (place >>> SegmentSnapshot.SEGMENT_BITS));
        if (reader == null) {
            throw new IllegalArgumentException("no segment has the place " + place);
        }
        return reader;
    }

    @Override
    public void close() {
        bySegment.values().forEach(SnapshotReader::close);
    }

    private static final class OneAfterTheOther implements Pages {

        private final Queue<SnapshotReader> left;
        private final Function<SnapshotReader, Pages> begin;
        private @Nullable Pages current;

        OneAfterTheOther(Collection<SnapshotReader> readers, Function<SnapshotReader, Pages> begin) {
            this.left = new ArrayDeque<>(readers);
            this.begin = begin;
        }

        @Override
        public @Nullable CopyPage next() {
            while (true) {
                Pages reading = current;
                CopyPage page = reading == null ? null : reading.next();
                if (page != null || left.isEmpty()) {
                    return page;
                }
                close();
                current = begin.apply(left.remove());
            }
        }

        @Override
        public void close() {
            Pages ending = current;
            current = null;
            if (ending != null) {
                ending.close();
            }
        }
    }
}
