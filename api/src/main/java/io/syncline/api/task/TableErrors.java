package io.syncline.api.task;

/** What becomes of a task when one of its tables cannot be followed. */
public enum TableErrors {
    /** It stops, with everything before the failure applied. */
    STOP,
    /** That table is suspended where the task stands, and the others go on. */
    SUSPEND
}
