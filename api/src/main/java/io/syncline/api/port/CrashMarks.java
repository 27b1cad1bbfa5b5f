package io.syncline.api.port;

/** Named moments at which a test ends or stops the process. In production nothing happens at them. */
@FunctionalInterface
public interface CrashMarks {

    CrashMarks NONE = mark -> {};

    void reach(Mark mark);

    /** The moments after which a restart is proven to lose and double nothing. */
    enum Mark {
        /** An object that the rows need, such as a table, is about to be committed. */
        OBJECT_CREATING,
        /** The slot exists, the ledger does not know it. */
        SLOT_CREATED,
        /** A table that others had filled is emptied, and the ledger says so. */
        TABLE_CLEARED,
        CHUNK_PAGE_WRITTEN,
        CHUNK_COMMITTED,
        /** All chunks of a table are there, and have taken the place of its former rows. */
        TABLE_LOADED,
        /** The rows of a shadow are in their table, and what the ledger says of them is not; none of it is committed. */
        ROWS_REPLACED,
        /** An index or constraint is about to be committed. */
        INDEX_BUILDING,
        BATCH_APPLYING,
        /** The destination has committed, the source was not told. */
        BATCH_COMMITTED,
        TRUNCATED,
        /** A table was altered, its transaction is not committed. */
        ALTERED,
        /** The ledger has an edit of the task file; nothing of it is done. */
        EDITED,
        /** The ledger says that tables join; they are not emptied yet. */
        JOINING_BEGUN,
        /** All rows of joining tables are there, with their keys. */
        JOINING_LOADED,
        /** The main streams stand still, the joining ones come up to them. */
        JOINING_LEVEL,
        /** The tables are the main streams', the log's second place is still there. */
        JOINED,
        /** A round of a transaction larger than memory is applied, its end is not. */
        LARGE_TRANSACTION_ROUND,
        /** Some rows that differed after a gap are written, others may differ still. */
        ROWS_HEALED
    }
}
