package io.syncline.postgresql.greenplum;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.ChangeEvent.Dropped;
import io.syncline.api.model.ChangeEvent.Idle;
import io.syncline.api.model.ChangeEvent.Moved;
import io.syncline.api.model.ChangeEvent.Named;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.SchemaChange;
import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what lies before one mark (T35): of one segment after the other, as one transaction.
 */
final class IntervalReader {

    private final List<SegmentReading> segments;
    private final SegmentPosition from;
    private final SegmentPosition mark;
    private final Predicate<TableSchema> replicated;

    private final TruncateBarrier barrier;
    private final Set<SegmentReading> past = new HashSet<>();
    private final Queue<ChangeEvent> told = new ArrayDeque<>();
    private int turn;
    private @Nullable Instant oldest;
    private boolean ended;

    /**
     * @param segments all of the cluster; the first tells of replicated tables
     * @param from the mark before
     * @param replicated whether every segment has all rows of a table
     */
    IntervalReader(
            List<SegmentReading> segments,
            SegmentPosition from,
            SegmentPosition mark,
            Predicate<TableSchema> replicated) {
        this.segments = segments;
        this.from = from;
        this.mark = mark;
        this.replicated = replicated;
        this.barrier = new TruncateBarrier(segments.size(), replicated);
    }

    /** The next event of the interval, its end included; null when the segment whose turn it is has sent nothing within {@code wait}. */
    @Nullable
    ChangeEvent next(Duration wait) {
        ChangeEvent ready = told.poll();
        while (ready == null) {
            if (turn == segments.size()) {
                if (barrier.isOpen()) {
                    return end();
                }
                giveUpWaiting();
            } else {
                SegmentReading segment = segments.get(turn);
                ChangeEvent event = segment.peek(wait);
                if (event != null) {
                    take(segment, event);
                } else if (segment.isPast(end(segment))) {
                    past.add(segment);
                } else {
                    return null;
                }
            }
            passTurn();
            ready = told.poll();
        }
        return ready;
    }

    boolean hasEnded() {
        return ended;
    }

    /** The first segment that can go on. */
    private void passTurn() {
        while (turn < segments.size() && !canGoOn(segments.get(turn))) {
            turn++;
        }
    }

    private boolean canGoOn(SegmentReading segment) {
        return !past.contains(segment) && !barrier.holds(segment);
    }

    private void take(SegmentReading segment, ChangeEvent event) {
        switch (event) {
            case Begin begin -> {
                if (!end(segment).reached(begin.containedFrom())) {
                    past.add(segment); // what it begins is the next interval's
                    return;
                }
                begin(begin);
            }
            case Commit(Position _, Instant _) -> {}
            case RowChange change -> tell(segment, change.table(), change);
            case SchemaChange change -> tell(segment, change.after(), change);
            case Truncate truncate -> truncate(segment, truncate);
            case Altered altered -> tell(segment, altered.after(), altered);
            case Moved moved -> tell(segment, moved.table(), moved);
            case Dropped dropped -> tell(segment, dropped.table(), dropped);
            case Named named -> told.add(named);
            case Idle idle -> throw outOfPlace(segment, idle);
        }
        segment.take();
    }

    private Lsn end(SegmentReading segment) {
        Lsn end = mark.of(segment.content());
        if (end == null) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "the mark " + mark + " has no place for segment " + segment.content()
                            + "; which of its changes belong before it is unknown (T35)",
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
        return end;
    }

    /** The interval begins with the first transaction in it. Its place is just behind the mark before: whatever was read behind that mark may hold some of it. */
    private void begin(Begin begin) {
        if (oldest == null) {
            told.add(new Begin("up to " + mark, from.behind(), begin.committedAt()));
        }
        oldest = oldest == null || begin.committedAt().isBefore(oldest) ? begin.committedAt() : oldest;
    }

    private ChangeEvent end() {
        ended = true;
        return oldest == null ? new Idle(mark) : new Commit(mark, oldest);
    }

    /** Every segment tells of a replicated table; the first is believed. */
    private void tell(SegmentReading segment, TableSchema table, ChangeEvent event) {
        if (segment == segments.getFirst() || !replicated.test(table)) {
            told.add(event);
        }
    }

    private static SyncException outOfPlace(SegmentReading segment, ChangeEvent event) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN,
                "the stream of segment " + segment.content() + " delivered "
                        + event.getClass().getSimpleName()
                        + " inside of a transaction; what belongs to which transaction is unknown (I3)",
                "Start the task again; it goes on from its ledger. Please report this.");
    }

    private void truncate(SegmentReading segment, Truncate truncate) {
        SegmentReading first = segments.getFirst();
        if (barrier.concerns(truncate)) {
            barrier.arrive(segment, truncate, first).ifPresent(emptied -> {
                told.add(emptied);
                turn = 0;
            });
        } else if (segment == first) {
            told.add(truncate);
        }
    }

    private void giveUpWaiting() {
        barrier.giveUp()
                .forEach(
                        table -> told.add(
                                new Moved(
                                        table,
                                        "it was emptied by TRUNCATE beside another TRUNCATE, in an order that differs between segments")));
        turn = 0;
    }
}
