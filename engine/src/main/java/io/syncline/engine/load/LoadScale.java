package io.syncline.engine.load;

import io.syncline.api.task.Tuning;

/**
 * How a load is divided.
 *
 * @param workers how many chunks are copied at once
 * @param chunkBytes about how large a chunk is whose plan ends with its snapshot: it saves nothing after a crash and is only there for several workers to share a table (T4)
 * @param durableChunkBytes about how large a chunk is that stays done after a crash
 */
public record LoadScale(int workers, long chunkBytes, long durableChunkBytes) {

    private static final int USUAL_WORKERS = 2;
    private static final long USUAL_CHUNK = 256L << 20;

    /** The server's process that reads, the server's process that writes, and this one between them. */
    private static final int PROCESSES_OF_A_COPY = 3;

    private static final int MOST_UNASKED = 4;

    /**
     * What the task says; where it says nothing, two workers. On one machine with both servers, workers that have no processors left only keep each other waiting: there
     * each gets three. A worker alone has nobody to share a table with.
     */
    public static LoadScale of(Tuning tuning, boolean oneMachine, int processors) {
        int fitting = oneMachine ? Math.clamp(processors / PROCESSES_OF_A_COPY, 1, MOST_UNASKED) : USUAL_WORKERS;
        int workers = tuning.loadWorkers().orElse(fitting);
        return new LoadScale(
                workers,
                tuning.chunkBytes().orElse(workers == 1 ? Long.MAX_VALUE : USUAL_CHUNK),
                tuning.chunkBytes().orElse(USUAL_CHUNK));
    }
}
