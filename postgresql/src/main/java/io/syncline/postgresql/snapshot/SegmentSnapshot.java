package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.postgresql.greenplum.SegmentPosition;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What the segments of a Greenplum cluster had, each at a place of its own log, and exactly there. The places are not of one moment: what a distributed transaction wrote may be seen of one segment and not of
 * another, whose stream then tells it.
 */
public final class SegmentSnapshot implements Snapshot {

    /** Whole segments are the chunks of a table: places count from the segment's number in these bits. */
    static final int SEGMENT_BITS = 32;

    private final String id = UUID.randomUUID().toString();
    private final SortedMap<Integer, PostgresSnapshot> bySegment;
    private final SegmentPosition positions;
    private final Predicate<TableSchema> replicated;
    private final PresentSession present;
    private final int serverVersion;

    private SegmentSnapshot(
            Segments cluster, SortedMap<Integer, PostgresSnapshot> bySegment, SegmentPosition positions) {
        this.bySegment = bySegment;
        this.positions = positions;
        this.replicated = cluster.replicated();
        this.present = new PresentSession(cluster.coordinator());
        this.serverVersion = cluster.coordinator().serverVersion();
    }

    /** Takes one segment's snapshot while whoever exported it still holds it. */
    @FunctionalInterface
    public interface Exporting {
        /**
         * @param content of the segment
         * @param adopting takes it over before it is let go
         */
        void export(int content, Adopting adopting);
    }

    /** Takes over what was exported. */
    @FunctionalInterface
    public interface Adopting {
        /**
         * @param exported the name for SET TRANSACTION SNAPSHOT
         * @param at where in the segment's log it stands, exactly
         */
        void adopt(String exported, Lsn at);
    }

    /** Takes over one snapshot of each segment. */
    public static SegmentSnapshot of(Segments cluster, Exporting exporting) {
        SortedMap<Integer, PostgresSnapshot> taken = new TreeMap<>();
        SortedMap<Integer, Lsn> places = new TreeMap<>();
        try {
            cluster.all()
                    .forEach((content, sessions) -> exporting.export(content, (exported, at) -> {
                        taken.put(
                                content,
                                PostgresSnapshot.adopt(sessions, exported, Positions.of(PostgresStream.ID, at)));
                        places.put(content, at);
                    }));
            return new SegmentSnapshot(cluster, taken, new SegmentPosition(places));
        } catch (RuntimeException e) {
            taken.values().forEach(PostgresSnapshot::close);
            throw e;
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Positions positions() {
        return Positions.of(PostgresStream.ID, positions);
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public List<Chunk> plan(TableSchema table, long chunkBytes, boolean durable) {
        if (durable) {
            return new ChunkPlanner(present, serverVersion).plan(table, chunkBytes, true);
        }
        if (!table.key().exists() || replicated.test(table)) {
            return List.of(new Chunk(table.table(), 0, new Chunk.Whole()));
        }
        List<Chunk> chunks = new ArrayList<>();
        for (long content : bySegment.keySet()) {
            chunks.add(new Chunk(
                    table.table(),
                    chunks.size(),
                    new Chunk.PhysicalRange(content << SEGMENT_BITS, (content + 1) << SEGMENT_BITS)));
        }
        return List.copyOf(chunks);
    }

    @Override
    public SnapshotReader reader() {
        SortedMap<Integer, SnapshotReader> readers = new TreeMap<>();
        bySegment.forEach((content, snapshot) -> readers.put(content, snapshot.reader()));
        return new SegmentSnapshotReader(readers, replicated);
    }

    @Override
    public void close() {
        try (present) {
            bySegment.values().forEach(PostgresSnapshot::close);
        }
    }
}
