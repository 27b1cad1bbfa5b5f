package io.syncline.engine.stream;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.model.Position;
import io.syncline.api.model.Row;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.api.port.RowFetcher;
import io.syncline.api.port.RowShaper;
import java.util.List;

/** Reads rows again, and writes what they are now, without a stream: what a refetch does, by keys that somebody else found. For one thread. */
public final class RowRepair implements AutoCloseable {

    private final Position at;
    private final ShapedChanges shaping;
    private final Applier applier;
    private final Refetch refetch;

    /**
     * @param at where the ledger has the stream, which stays
     * @param applier of the stream; closed with this
     * @param shaper closed with this
     */
    public RowRepair(
            StreamId stream, Position at, RowFetcher rows, RowShaper shaper, Applier applier, StreamLimits limits) {
        this.at = at;
        this.shaping = new ShapedChanges(shaper);
        this.applier = applier;
        this.refetch = new Refetch(stream, rows, shaping, applier, limits.batchBytes());
    }

    /**
     * Each row becomes what the source has now, or goes when the source has none.
     *
     * @param keys rows in source columns of which the key is present
     */
    public void repair(TableRoute route, List<Row> keys) {
        refetch.add(keys.stream().map(key -> new RefetchRequest(route, key)).toList());
        while (refetch.isOpen()) {
            refetch.step(at);
        }
    }

    @Override
    public void close() {
        try (shaping) {
            applier.close();
        }
    }
}
