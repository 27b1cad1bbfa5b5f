package io.syncline.api.port;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads chunks under one snapshot. For one thread. */
public interface SnapshotReader extends AutoCloseable {

    /**
     * Begins to read a chunk after checking that the table is still the planned one (T3).
     *
     * @param columns the names of the columns to read, in this order
     * @throws io.syncline.api.error.SyncException TABLE_MOVED when it was rewritten or changed, SNAPSHOT_LOST when the view is gone
     */
    Pages read(TableSchema table, Chunk chunk, List<String> columns);

    /** The rows of a chunk. */
    interface Pages extends AutoCloseable {

        /**
         * The next page, or null after the last; the buffer is valid until the next call. Null is returned only after the source has said how many rows it sent and
         * that many were handed out (T48).
         */
        @Nullable
        CopyPage next();

        /** Ends the read, cancelling it when it is not at its end. */
        @Override
        void close();
    }

    @Override
    void close();
}
