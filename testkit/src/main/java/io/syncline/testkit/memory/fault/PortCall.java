package io.syncline.testkit.memory.fault;

/** A call to a port that a test may disturb. */
public enum PortCall {
    SOURCE_CATALOG,
    LOG_CREATE,
    LOG_CHECK,
    LOG_OPEN,
    LOG_NOW,
    LOG_HEARTBEAT,
    LOG_DROP,
    STREAM_POLL,
    STREAM_CONFIRM,
    SNAPSHOT_OPEN,
    CHUNK_READ,
    ROWS_FETCH,
    DESTINATION_CATALOG,
    DEAD_ROWS_READ,
    LEDGER_READ,
    LEDGER_WRITE,
    LEASE_ACQUIRE,
    LEASE_RENEW,
    CHUNK_BEGIN,
    CHUNK_WRITE,
    CHUNK_COMMIT,
    TABLE_RESTART,
    OBJECT_CREATE,
    BATCH_BEGIN,
    BATCH_APPLY,
    /** The net changes of a round have collided; its changes are applied one by one. */
    BATCH_APPLY_IN_ORDER,
    TABLES_TRUNCATE,
    ROWS_REFETCHED,
    BATCH_COMMIT,
    /** A commit that makes those before it durable. */
    BATCH_SETTLE;

    /** True for a commit, whose answer alone may be lost. */
    public boolean commits() {
        return switch (this) {
            case LEDGER_WRITE, CHUNK_COMMIT, TABLE_RESTART, OBJECT_CREATE, BATCH_COMMIT, BATCH_SETTLE -> true;
            case SOURCE_CATALOG,
                    LOG_CREATE,
                    LOG_CHECK,
                    LOG_OPEN,
                    LOG_NOW,
                    LOG_HEARTBEAT,
                    LOG_DROP,
                    STREAM_POLL,
                    STREAM_CONFIRM,
                    SNAPSHOT_OPEN,
                    CHUNK_READ,
                    ROWS_FETCH,
                    DESTINATION_CATALOG,
                    DEAD_ROWS_READ,
                    LEDGER_READ,
                    LEASE_ACQUIRE,
                    LEASE_RENEW,
                    CHUNK_BEGIN,
                    CHUNK_WRITE,
                    BATCH_BEGIN,
                    BATCH_APPLY,
                    BATCH_APPLY_IN_ORDER,
                    TABLES_TRUNCATE,
                    ROWS_REFETCHED -> false;
        };
    }
}
