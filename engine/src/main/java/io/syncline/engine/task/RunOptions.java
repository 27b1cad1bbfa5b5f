package io.syncline.engine.task;

import org.jspecify.annotations.Nullable;

/**
 * @param untilCaughtUp end with PAUSED once the stream has reached the source position read when this run entered streaming; the slot stays
 * @param clearConfirmed the destination database whose tables may be emptied, as the user typed it; null when nothing was confirmed
 */
public record RunOptions(boolean untilCaughtUp, @Nullable String clearConfirmed) {}
