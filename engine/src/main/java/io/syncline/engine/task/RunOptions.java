package io.syncline.engine.task;

/**
 * @param untilCaughtUp end with PAUSED once the stream has reached the source position read when this run entered streaming; the slot stays
 */
public record RunOptions(boolean untilCaughtUp) {}
