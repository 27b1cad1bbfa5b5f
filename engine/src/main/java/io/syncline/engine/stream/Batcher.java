package io.syncline.engine.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Puts whole source transactions together (I3): as many as there are when the applier asks, up to the limits. So batches are small when the stream is idle and
 * large when it is behind. A transaction that is larger than a batch is handed out in parts (T38). A batch that changes many tables is ended too (T41). A batch ends where catching up does (T5).
 */
final class Batcher {

    private static final Duration BEHIND = Duration.ofSeconds(2);
    private static final Duration COLLECTING = Duration.ofMillis(50);

    private final BatchQueue queue;
    private final StreamLimits limits;
    private final CatchUp catchUp;
    private final InstantSource clock;

    private final Batch.Builder whole = new Batch.Builder();
    private final Batch.Builder open = new Batch.Builder();
    /** True when parts of the open transaction were handed out. */
    private boolean large;
    /** When the oldest transaction of {@link #whole} was complete. */
    private Instant since = Instant.MAX;

    private @Nullable Position idle;

    Batcher(BatchQueue queue, StreamLimits limits, CatchUp catchUp, InstantSource clock) {
        this.queue = queue;
        this.limits = limits;
        this.catchUp = catchUp;
        this.clock = clock;
    }

    /** The next batch, or null when there is none within the limits' slice, or none before the end of catching up. */
    @Nullable
    Batch next() throws InterruptedException {
        while (true) {
            Batch full = full();
            if (full != null) {
                return full;
            }
            Piece piece = queue.peek();
            if (piece == null) {
                if (isDue()) {
                    return takeWhole();
                }
                if (!queue.awaitNews(patience(), !whole.isEmpty() && !isBehind())) {
                    return isDue() ? takeWhole() : null;
                }
            } else if (endsCatchUp(piece)) {
                return whole.isEmpty() ? null : takeWhole();
            } else {
                Batch last = add(queue.remove());
                if (last != null) {
                    return last;
                }
            }
        }
    }

    /** True when all transactions before the end of catching up were handed out, and none is half handed out. */
    boolean isAtEndOfCatchUp() {
        Piece piece = queue.peek();
        return isBetweenTransactions() && piece != null && endsCatchUp(piece);
    }

    /** The position up to which there is nothing to apply but what was handed out; null when there is something, or the position is not known. */
    @Nullable
    Position idle() {
        return isBetweenTransactions() ? idle : null;
    }

    /** True when nothing will come any more and everything was handed out. */
    boolean isExhausted() {
        return isBetweenTransactions() && queue.isExhausted();
    }

    private boolean isBetweenTransactions() {
        return whole.isEmpty() && open.isEmpty() && !large;
    }

    private boolean endsCatchUp(Piece piece) {
        return piece instanceof Piece.Work work && open.isEmpty() && !large && catchUp.isBehind(work.containedFrom());
    }

    private @Nullable Batch add(Piece piece) {
        switch (piece) {
            case Piece.Work work -> open.add(work);
            case Piece.Idle(Position position) -> {
                requireNoneOpen(position);
                idle = position;
            }
            case Piece.End end -> {
                idle = null;
                open.add(end);
                if (large) {
                    large = false;
                    return open.take(true);
                }
                if (whole.isEmpty()) {
                    since = clock.instant();
                }
                whole.addAll(open);
            }
        }
        return null;
    }

    private @Nullable Batch full() {
        boolean full = isFull(whole.changes() + open.changes(), whole.bytes() + open.bytes());
        if (!full && whole.tables() < limits.batchTables()) {
            return null;
        }
        if (!whole.isEmpty()) {
            return takeWhole();
        }
        boolean continued = large;
        large = true;
        return open.take(continued);
    }

    private boolean isFull(long changes, long bytes) {
        return changes >= limits.batchRows() || bytes >= limits.batchBytes();
    }

    private Batch takeWhole() {
        return whole.take(false);
    }

    /** The applier is idle, or it would not ask: what is complete goes when no more is on its way, or has waited long enough for it. */
    private boolean isDue() {
        boolean noneOnItsWay = queue.isDrained() && !isBehind();
        return !whole.isEmpty() && (noneOnItsWay || !clock.instant().isBefore(since.plus(delay())));
    }

    private Duration delay() {
        return isBehind() ? longer(COLLECTING, limits.batchDelay()) : limits.batchDelay();
    }

    /**
     * Whether the oldest transaction has waited at the source far longer than it could wait here. Nobody feels a few hundredths of a second more, while large batches take less
     * of the destination, which a source that reads through its log may have as its neighbour. Clocks that differ can make every transaction seem late: that costs the same.
     */
    private boolean isBehind() {
        Instant committed = whole.oldest();
        return committed != null && committed.plus(BEHIND).isBefore(since);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Duration patience() {
        if (whole.isEmpty()) {
            return limits.slice();
        }
        Duration left = Duration.between(clock.instant(), since.plus(delay()));
        return left.compareTo(limits.slice()) < 0 ? left : limits.slice();
    }

    private void requireNoneOpen(Position position) {
        if (!open.isEmpty() || large) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "idle position " + position.text()
                            + " came inside of a transaction; it could confirm changes that are not applied (I1)",
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
    }
}
