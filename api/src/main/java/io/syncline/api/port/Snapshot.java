package io.syncline.api.port;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableSchema;
import java.util.List;

/** One consistent view of a source that several workers read at once. */
public interface Snapshot extends AutoCloseable {

    /** Tells this snapshot from every other, so that a plan that is tied to it is known to be dead after a restart (T4). */
    String id();

    /**
     * Where in the log the view stands.
     *
     * @see #exact()
     */
    Positions positions();

    /** True when the view holds exactly the transactions up to {@link #positions()}; else those are an upper bound. */
    boolean exact();

    /**
     * Cuts a table into chunks of about {@code chunkBytes}. A table without a key is one {@link Chunk.Whole} (T26).
     *
     * @param durable true when the chunks must outlive this snapshot: key ranges, never physical ones (T4)
     */
    List<Chunk> plan(TableSchema table, long chunkBytes, boolean durable);

    /** A reader of its own connection; each worker has one. */
    SnapshotReader reader();

    @Override
    void close();
}
