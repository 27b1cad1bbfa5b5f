package io.syncline.engine.stream;

import io.syncline.api.task.Tuning;
import java.time.Duration;

/**
 * How much a stream holds and how long it waits.
 *
 * @param batchBytes a batch is applied when its changes take this much memory
 * @param batchRows or when it has this many changes
 * @param batchTables or when its whole transactions change this many tables
 * @param batchDelay or when its oldest commit has waited this long and the applier is free
 * @param queueBytes what may wait between the stages before the reader waits (I5)
 * @param slice how long a poll waits at most
 */
public record StreamLimits(
        long batchBytes, int batchRows, int batchTables, Duration batchDelay, long queueBytes, Duration slice) {

    /** Of how many bytes the pieces of a transaction are that go through the queue, so that several fit into queue and batch. */
    private static final long LARGEST_PIECE = 1L << 20;

    /**
     * A destination's transaction locks each table that it writes, each index of it and a staging table; a server as it is installed has room for about 6,400 locks of all
     * sessions (max_locks_per_transaction, PostgreSQL documentation, Lock Management; T41).
     */
    private static final int BATCH_TABLES = 256;

    /** @param patience how long the runtime lets a poll wait */
    public static StreamLimits of(Tuning tuning, Duration patience) {
        return new StreamLimits(
                tuning.batchBytes(),
                tuning.batchRows(),
                BATCH_TABLES,
                tuning.batchDelay(),
                tuning.queueBytes(),
                patience);
    }

    long pieceBytes() {
        return Math.max(1, Math.min(LARGEST_PIECE, Math.min(queueBytes, batchBytes) / 8));
    }

    int pieceRows() {
        return Math.max(1, Math.min(8192, batchRows / 8));
    }
}
