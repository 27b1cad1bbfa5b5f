package io.syncline.engine.stream;

import io.syncline.api.apply.Round.Mode;
import io.syncline.api.model.Position;
import org.jspecify.annotations.Nullable;

/** Up to where a stream catches up with what was read besides it: chunks and refetched rows (H of T5). For the applying thread. */
final class CatchUp {

    /** Written by the applying thread alone. */
    private volatile @Nullable Position highest;

    /** @param highest the highest position at which anything was read, or null when the stream has passed it */
    CatchUp(@Nullable Position highest) {
        this.highest = highest;
    }

    /** Where a run goes on. Rows that are still to be read again keep catching up open even if the mark were lost. */
    static CatchUp of(StreamStart start) {
        boolean lost = start.catchUpTo() == null && !start.refetches().isEmpty();
        return new CatchUp(lost ? start.applied() : start.catchUpTo());
    }

    boolean isOpen() {
        return highest != null;
    }

    /** What absence and presence of rows mean in a batch that is applied now; a batch never reaches over the end of catching up. */
    Mode mode() {
        return highest == null ? Mode.STRICT : Mode.CATCHING_UP;
    }

    /** True for a transaction that nothing read besides the stream can contain, while catching up is not over. */
    boolean isBehind(Position containedFrom) {
        return highest != null && !highest.reached(containedFrom);
    }

    /** True when everything up to the highest position is also up to {@code applied}. */
    boolean isReachedBy(Position applied) {
        return highest != null && applied.reached(highest);
    }

    /** Rows were read at {@code readAt}. */
    void raise(Position readAt) {
        highest = highest == null ? readAt : highest.merge(readAt);
    }

    void end() {
        highest = null;
    }
}
