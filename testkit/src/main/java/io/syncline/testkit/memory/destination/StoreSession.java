package io.syncline.testkit.memory.destination;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.port.Lease;
import io.syncline.testkit.memory.fault.ConnectionLost;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.MemoryConnection;
import io.syncline.testkit.memory.fault.PortCall;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One session at the store, with at most one transaction. When it ends, so does that, unless its COMMIT was sent. */
final class StoreSession {

    private final MemoryStore store;
    private final MemoryConnection connection;
    private @Nullable StoreTransaction transaction;

    StoreSession(MemoryStore store, Interference interference) {
        this.store = store;
        this.connection = new MemoryConnection(ErrorCode.DESTINATION_UNREACHABLE, interference, this::rollBack);
    }

    <T> T call(PortCall call, Supplier<T> effect) {
        return connection.call(call, effect);
    }

    void run(PortCall call, Runnable effect) {
        connection.run(call, effect);
    }

    boolean hasOpenTransaction() {
        return transaction != null && !transaction.isEnded();
    }

    /** Begins a transaction whose first statement proves the lease. */
    StoreTransaction begin(Lease lease) {
        if (hasOpenTransaction()) {
            throw new IllegalStateException("the session has a transaction already");
        }
        StoreTransaction begun = store.begin(lease);
        transaction = begun;
        return begun;
    }

    /** Commits a transaction, or lets the test's disturbance have its way with it. */
    void commit(PortCall call, Supplier<StoreTransaction> committed) {
        connection.run(call, () -> {
            StoreTransaction committing = committed.get();
            switch (connection.interference().fate(call)) {
                case ANSWERED -> committing.commit();
                case LOST_BEFORE -> {
                    committing.rollBack();
                    throw new ConnectionLost(call);
                }
                case LOST_AFTER -> {
                    committing.commit();
                    throw new ConnectionLost(call);
                }
                case UNDECIDED -> {
                    committing.leaveUndecided();
                    throw new ConnectionLost(call);
                }
            }
        });
    }

    private void rollBack() {
        if (transaction != null && !transaction.isUndecided()) {
            transaction.rollBack();
        }
    }

    void end() {
        connection.end();
    }
}
