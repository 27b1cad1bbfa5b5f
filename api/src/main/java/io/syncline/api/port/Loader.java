package io.syncline.api.port;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableRoute;
import io.syncline.api.task.BadValues;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes chunks. For one thread. */
public interface Loader extends AutoCloseable {

    /** Begins the destination transaction of a chunk: proves the lease, then starts a COPY into the route's destination columns. A value that is refused fails it. */
    default ChunkWrite begin(TableRoute route, Chunk chunk) {
        return begin(route, chunk, BadValues.STOP);
    }

    /**
     * Begins the destination transaction of a chunk that has failed with VALUE_REJECTED: it is written in parts, and what the destination refuses is singled out.
     *
     * @param policy what becomes of that, as {@link io.syncline.api.apply.BadValue#policy} says; {@link BadValues#STOP}: as {@link #begin(TableRoute, Chunk)}
     */
    ChunkWrite begin(TableRoute route, Chunk chunk, BadValues policy);

    /**
     * Empties a destination table of the rows that others have put there, once in the task's life: that it was is noted in the same transaction.
     *
     * @return false when it was emptied before, and nothing was done
     */
    boolean clear(TableRoute route);

    /**
     * Begins a table's load anew: in one transaction its chunk plan is forgotten, and the destination table is emptied of what this task loaded from the route's source table
     * (T4). Where former rows are {@link FormerRows.Replaced} and there are any, they stay, and the shadow table is made that the chunks are written to from now on.
     */
    void restart(TableRoute route);

    /** As {@link #loaded(TableRoute, Instant)}, of a table that follows its changes. */
    default void loaded(TableRoute route) {
        loaded(route, null);
    }

    /**
     * Says that all chunks of a table are there; rows of a shadow table take the place of the former ones in the same transaction. Repeatable.
     *
     * @param readAt the moment whose rows the table holds from now on, for {@link Ledger#refreshed}: noted in that transaction, so that it is never the time of other rows; null where
     *     nobody asks
     */
    void loaded(TableRoute route, @Nullable Instant readAt);

    /**
     * Drops the shadow tables of loads of this task that have ended, or did not come to their end. While none goes on.
     *
     * @return those that are left, because others hold them or own them
     */
    List<String> discard();

    /** One chunk's transaction; closing it without {@link #commit} undoes it. */
    interface ChunkWrite extends AutoCloseable {

        void write(CopyPage page);

        /**
         * Ends the COPY, checks that the server took {@code rows}, marks the chunk done and commits, all in the one transaction (I2).
         *
         * @param readAt the position of the snapshot it was read under
         */
        void commit(long rows, long bytes, Positions readAt);

        @Override
        void close();
    }

    @Override
    void close();
}
