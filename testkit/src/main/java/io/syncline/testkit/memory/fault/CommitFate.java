package io.syncline.testkit.memory.fault;

/** What becomes of a COMMIT that was sent. */
public enum CommitFate {
    ANSWERED,
    /** The connection broke before the server saw it: the transaction is rolled back. */
    LOST_BEFORE,
    /** The server committed, the answer was lost. */
    LOST_AFTER,
    /** The connection broke while the server has not decided yet: it commits or rolls back some time later, unless its session is ended before (T20). */
    UNDECIDED
}
