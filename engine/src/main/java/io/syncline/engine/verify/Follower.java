package io.syncline.engine.verify;

/** Knows whether a run is active, and waits for it. */
public interface Follower {

    /** True while a run renews its lease. */
    boolean isActive();

    /**
     * Waits until everything that the source has committed before this call is at the destination.
     *
     * @return false when the run ended, or did not get there in bounded time
     */
    boolean awaitSource() throws InterruptedException;
}
