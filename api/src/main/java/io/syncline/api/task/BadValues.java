package io.syncline.api.task;

/** What becomes of a value that the destination refuses. */
public enum BadValues {
    /** The task stops. */
    STOP("stop"),
    /** The row is written with NULL in the columns that refuse their value. */
    SET_NULL("setNull"),
    /** The row is not written, and kept as a whole in the ledger. */
    QUARANTINE("quarantine");

    private final String word;

    BadValues(String word) {
        this.word = word;
    }

    /** As task files say it. */
    public String word() {
        return word;
    }
}
