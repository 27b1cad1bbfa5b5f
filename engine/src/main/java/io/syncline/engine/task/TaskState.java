package io.syncline.engine.task;

/** What a task is doing, as the user sees it; the names are stored in the ledger. */
public enum TaskState {
    NOT_CONFIGURED,
    PRECHECKING,
    PRECHECK_FAILED,
    /** Waits for its start. */
    READY,
    /** Schema, full load, catching up. */
    INITIALIZING,
    /** The destination follows the source, whole transactions at a time. */
    SYNCHRONIZING,
    /** Ended by the user or by {@code --until}; goes on where it was. */
    PAUSED,
    FAILED,
    /** All chosen stages are done. */
    FINISHED,
    /** Closed for ever. */
    STOPPED
}
