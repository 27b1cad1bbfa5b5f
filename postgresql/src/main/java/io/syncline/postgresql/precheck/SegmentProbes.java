package io.syncline.postgresql.precheck;

import io.syncline.api.error.SyncException;
import io.syncline.postgresql.greenplum.Segments;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The primary segments of a cluster under a precheck: each remembers that it could not be reached. */
final class SegmentProbes {

    private final Segments cluster;
    private @Nullable SortedMap<Integer, Probe> probes;

    SegmentProbes(Segments cluster) {
        this.cluster = cluster;
    }

    /**
     * By content id.
     *
     * @throws SyncException when the coordinator cannot say where they are
     */
    SortedMap<Integer, Probe> all() {
        SortedMap<Integer, Probe> known = probes;
        if (known == null) {
            known = new TreeMap<>();
            for (var segment : cluster.all().entrySet()) {
                known.put(segment.getKey(), new Probe(segment.getValue()));
            }
            probes = known;
        }
        return known;
    }
}
