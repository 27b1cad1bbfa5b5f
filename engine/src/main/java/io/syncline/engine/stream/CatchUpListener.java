package io.syncline.engine.stream;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;

/** Hears that a stream has caught up with everything that was read besides it (T5). */
@FunctionalInterface
public interface CatchUpListener {

    /**
     * Called in the applying thread, between two destination transactions: every source transaction up to the highest position at which a chunk or a row
     * was read is applied, none after it, and no refetch is open. Once, unless a conflict makes the stream catch up with one row more. The next change is applied strictly, after this returns. To write into the ledger that the
     * stream has no catch-up mark any more is the listener's part.
     *
     * @param applied what the ledger holds for the stream
     */
    void caughtUp(StreamId stream, Position applied);
}
