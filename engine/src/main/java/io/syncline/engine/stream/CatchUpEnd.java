package io.syncline.engine.stream;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableRoute;
import java.util.List;

/**
 * What happens when a stream has caught up (T5): first the rows that were asked for are read, which may move the end; only when none is open the listener is told
 * and changes are applied strictly. For the applying thread, between destination transactions.
 */
final class CatchUpEnd {

    private final CatchUp catchUp;
    private final Refetch refetch;
    private final AppliedPosition applied;
    private final CatchUpListener listener;

    CatchUpEnd(CatchUp catchUp, Refetch refetch, AppliedPosition applied, CatchUpListener listener) {
        this.catchUp = catchUp;
        this.refetch = refetch;
        this.applied = applied;
        this.listener = listener;
    }

    Mode mode() {
        return catchUp.mode();
    }

    /**
     * Rows that are read again come in the shape that they have then: until they have, no other shape may come between.
     *
     * @throws SyncException SOURCE_SCHEMA_CHANGED while catching up
     */
    void requireStrict(TableRoute before) {
        if (catchUp.isOpen()) {
            throw new SyncException(
                    ErrorCode.SOURCE_SCHEMA_CHANGED,
                    "the table " + before.source().table()
                            + " was altered at the source while the task still caught up with what it had copied; such a change is followed later only",
                    "Run clean for this task, adapt or drop the destination table, and start it again.");
        }
    }

    /**
     * The last destination transaction noted these in the ledger. After catching up only a conflict asks for a row (T25): the stream catches up once more, from here to where the
     * row is read, since the changes between are in it already.
     */
    void requested(List<RefetchRequest> requests) {
        if (!requests.isEmpty()) {
            catchUp.raise(applied.get());
            refetch.add(requests);
        }
    }

    /** Does one thing that is due before the next batch; false when nothing is. */
    boolean step(Batcher batcher) {
        if (refetch.isCrowded()) {
            refetch();
            return true;
        }
        if (!catchUp.isOpen()) {
            return false;
        }
        Position idle = batcher.idle();
        boolean reached = catchUp.isReachedBy(idle == null ? applied.get() : idle);
        if (!reached && !batcher.isAtEndOfCatchUp()) {
            return false;
        }
        if (refetch.isOpen()) {
            refetch();
            return true;
        }
        if (idle != null) {
            applied.advance(idle);
        }
        // The ledger must not say that the stream has caught up before what was applied is safe.
        applied.settle();
        catchUp.end();
        listener.caughtUp(applied.stream(), applied.get());
        return true;
    }

    private void refetch() {
        catchUp.raise(refetch.step(applied.get()));
        applied.committed(applied.get());
    }
}
