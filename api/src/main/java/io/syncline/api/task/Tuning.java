package io.syncline.api.task;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How much of the machines a task takes. All have defaults that fit 512 MiB of heap.
 *
 * @param loadWorkers how many chunks are copied at once; empty: as many as the machines seem to have room for
 * @param chunkBytes about how large a chunk is, in bytes of the source's table; empty: as large as suits the workers
 * @param indexWorkers how many indexes are built at once
 * @param batchBytes a batch is applied when its changes take this much memory
 * @param batchRows or when it has this many changes
 * @param batchDelay or when its oldest commit has waited this long and the applier is free
 * @param queueBytes what may wait between the reader and the applier before the reader waits (I5)
 */
public record Tuning(
        OptionalInt loadWorkers,
        OptionalLong chunkBytes,
        int indexWorkers,
        long batchBytes,
        int batchRows,
        Duration batchDelay,
        long queueBytes) {

    private static final long LEAST_BYTES = 1L << 20;

    public static final Tuning DEFAULT =
            new Tuning(OptionalInt.empty(), OptionalLong.empty(), 2, 32L << 20, 100_000, Duration.ZERO, 96L << 20);

    /** The share of one of several tasks in one process, which together hold no more than one would. Whose turn it is to copy a chunk they settle among themselves. */
    public Tuning among(int tasks) {
        return new Tuning(
                loadWorkers,
                chunkBytes,
                Math.max(1, indexWorkers / tasks),
                Math.max(LEAST_BYTES, batchBytes / tasks),
                batchRows,
                batchDelay,
                Math.max(LEAST_BYTES, queueBytes / tasks));
    }
}
