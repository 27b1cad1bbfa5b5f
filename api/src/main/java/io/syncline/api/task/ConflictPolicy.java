package io.syncline.api.task;

/** What becomes of a change that does not find the destination as the source was. */
public enum ConflictPolicy {
    /** The source's row wins: it replaces what is in its way, and comes back where it is missing. */
    OVERWRITE,
    /** The destination stays as it is: the change is left out. */
    IGNORE,
    /** The task stops. */
    REPORT
}
