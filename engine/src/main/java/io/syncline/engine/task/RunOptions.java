package io.syncline.engine.task;

import org.jspecify.annotations.Nullable;

/**
 * @param untilCaughtUp end with PAUSED once the stream has reached the source position read when this run entered streaming; the slot stays
 * @param clearConfirmed the destination database whose tables may be emptied, as the user typed it; null when nothing was confirmed
 * @param heals first begin at a new position, and make the rows the source's again, after a gap in the log
 */
public record RunOptions(boolean untilCaughtUp, @Nullable String clearConfirmed, boolean heals) {

    public RunOptions(boolean untilCaughtUp, @Nullable String clearConfirmed) {
        this(untilCaughtUp, clearConfirmed, false);
    }

    /** Ends when the destination is what the source was as its rows were compared. */
    public static RunOptions healing() {
        return new RunOptions(true, null, true);
    }
}
