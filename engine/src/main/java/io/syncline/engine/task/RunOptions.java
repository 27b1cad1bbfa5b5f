package io.syncline.engine.task;

import java.util.Set;

/**
 * @param untilCaughtUp end with PAUSED once the stream has reached the source position read when this run entered streaming; the slot stays
 * @param clearConfirmed the destination databases whose tables may be emptied, as the user typed them
 * @param heals first begin at a new position, and make the rows the source's again, after a gap in the log
 */
public record RunOptions(boolean untilCaughtUp, Set<String> clearConfirmed, boolean heals) {

    public RunOptions {
        clearConfirmed = Set.copyOf(clearConfirmed);
    }

    public RunOptions(boolean untilCaughtUp, Set<String> clearConfirmed) {
        this(untilCaughtUp, clearConfirmed, false);
    }

    /** Ends when the destination is what the source was as its rows were compared. */
    public static RunOptions healing() {
        return new RunOptions(true, Set.of(), true);
    }
}
