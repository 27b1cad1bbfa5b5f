package io.syncline.api.task;

/** What becomes of a partitioned table at the destination. A destination table that exists already is written as it is. */
public enum Partitions {
    /** The same partitions, of the same bounds. */
    KEEP,
    /** One ordinary table with the rows of all partitions. */
    FLATTEN
}
