package io.syncline.engine.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Positions on their way back to the source: what the destination's ledger durably holds, and nothing else, may be confirmed (I1). The applying thread puts them
 * in order, the reading thread takes the newest.
 */
final class ConfirmLedger {

    private final AtomicReference<@Nullable Position> unconfirmed = new AtomicReference<>();
    private volatile @Nullable Position durable;

    /** Only after the commit that wrote {@code position} into the ledger is known to be durable. */
    void durable(Position position) {
        Position before = durable;
        if (before != null && !position.reached(before)) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "position " + position.text() + " was committed after " + before.text()
                            + ", which it has not reached; confirming it could let changes go that are not applied",
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
        durable = position;
        unconfirmed.set(position);
    }

    /** The newest position that was not taken yet, or null. */
    @Nullable
    Position take() {
        return unconfirmed.get() == null ? null : unconfirmed.getAndSet(null);
    }
}
