package io.syncline.engine.run;

import java.time.Duration;
import java.util.List;

/** Drives stages until their work is done. */
public interface StageRuntime {

    enum Ended {
        /** Every stage of the work said DONE. */
        DONE,
        /** {@link #stop()} or {@link #endRun()} was called. */
        STOPPED
    }

    /**
     * Polls all stages until each of {@code work} is done, a stage fails, or a stop is asked for. The stages of {@code beside} go on as long as the work does. All are
     * closed before this returns.
     *
     * @param abort makes blocked calls of the stages fail; called when they do not end by themselves in bounded time (I8)
     * @throws RuntimeException the first failure of any stage (I8)
     */
    Ended run(List<? extends Stage> work, List<? extends Stage> beside, Runnable abort) throws InterruptedException;

    /** Asks the current and every later {@link #run} to end. From any thread. */
    void stop();

    /** Ends the current {@link #run} as a stop does, and no later one. From one of its stages. */
    void endRun();

    boolean isStopping();

    /** Waits, but no longer than a stop allows. */
    void pause(Duration duration) throws InterruptedException;

    /** How long a poll may wait for news: zero where one thread drives all stages, since it would keep the others from making any. */
    Duration patience();
}
