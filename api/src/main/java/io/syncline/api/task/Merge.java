package io.syncline.api.task;

/** How rows of several source tables share one destination table. */
public enum Merge {
    /** No two of the tables have rows of the same key. */
    DISJOINT,
    /** The origin of a row is part of its key. */
    ORIGIN
}
