package io.syncline.api.task;

import java.time.Duration;

/**
 * How much of the machines a task takes. All have defaults that fit 512 MiB of heap.
 *
 * @param loadWorkers how many chunks are copied at once
 * @param chunkBytes about how large a chunk is, in bytes of the source's table
 * @param indexWorkers how many indexes are built at once
 * @param batchBytes a batch is applied when its changes take this much memory
 * @param batchRows or when it has this many changes
 * @param batchDelay or when its oldest commit has waited this long and the stream is idle
 * @param queueBytes what may wait between the reader and the applier before the reader waits (I5)
 */
public record Tuning(
        int loadWorkers,
        long chunkBytes,
        int indexWorkers,
        long batchBytes,
        int batchRows,
        Duration batchDelay,
        long queueBytes) {

    public static final Tuning DEFAULT =
            new Tuning(2, 256L << 20, 2, 32L << 20, 100_000, Duration.ofMillis(5), 96L << 20);
}
