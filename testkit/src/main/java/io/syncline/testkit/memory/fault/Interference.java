package io.syncline.testkit.memory.fault;

/**
 * Stands between a process and the ends that it talks to. {@link #before} and {@link #after} may throw {@link ConnectionLost}, a
 * {@link io.syncline.api.error.SyncException} that the port may throw, or an {@link Error} that ends the process.
 */
public interface Interference {

    /** Everything works. */
    Interference NONE = new Interference() {};

    /** The call has had no effect yet. */
    default void before(PortCall call) {}

    /** The call has had its effect, its answer is on the way. */
    default void after(PortCall call) {}

    /** Inside of a call, where others may act: between a snapshot and the reading of its position. */
    default void meanwhile() {}

    /** True when nothing of a stream arrives at this moment although there is more. */
    default boolean isQuiet() {
        return false;
    }

    /** Asked once for every commit. */
    default CommitFate fate(PortCall call) {
        return CommitFate.ANSWERED;
    }
}
