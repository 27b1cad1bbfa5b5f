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
import io.syncline.api.model.ChangeEvent.Part;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.SchemaChange;
import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.ChangeEvent.Untold;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what lies before one mark (T35): of one segment after the other, as one transaction.
 */
final class IntervalReader {

    /** So many events of which nothing is told end a call, so that whoever calls can look after other things (T39). */
    private static final int MOST_UNTOLD = 500;

    private final List<SegmentReading> segments;
    private final SegmentPosition from;
    private final Mark mark;
    private final Collection<TableSchema> tables;
    private final Predicate<TableSchema> replicated;

    private final TruncateBarrier barrier;
    private final Set<SegmentReading> past = new HashSet<>();
    private final Queue<ChangeEvent> told = new ArrayDeque<>();
    private @Nullable Part within;
    private int turn;
    private @Nullable Instant oldest;
    private boolean ended;

    /**
     * @param segments all of the cluster; the first tells of replicated tables
     * @param from the mark before
     * @param tables those of which rows are told, as they were when the streams were opened
     * @param replicated whether every segment has all rows of a table
     */
    IntervalReader(
            List<SegmentReading> segments,
            SegmentPosition from,
            Mark mark,
            Collection<TableSchema> tables,
            Predicate<TableSchema> replicated) {
        this.segments = segments;
        this.from = from;
        this.mark = mark;
        this.tables = tables;
        this.replicated = replicated;
        this.barrier = new TruncateBarrier(segments.size(), replicated);
    }

    /** The next event of the interval, its end included; null when the segment whose turn it is has sent nothing within {@code wait}, or much that is not told. */
    @Nullable
    ChangeEvent next(Duration wait) {
        ChangeEvent ready = told.poll();
        for (int untold = 0; ready == null; untold++) {
            if (untold == MOST_UNTOLD) {
                return null;
            }
            if (turn == segments.size()) {
                if (!barrier.isOpen()) {
                    giveUpWaiting();
                } else if (oldest == null && tables.stream().anyMatch(this::isRedistributed)) {
                    begin(mark.made());
                } else {
                    return end();
                }
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
                begin(begin.committedAt());
                segment.begin(begin);
            }
            case Commit(Position _, Instant _) -> {}
            case RowChange change -> tell(segment, change.table(), change);
            case SchemaChange change -> tell(segment, change.after(), change);
            case Truncate truncate -> truncate(segment, truncate);
            case Altered altered -> tell(segment, altered.after(), altered);
            case Moved moved -> tell(segment, moved.table(), moved);
            case Dropped dropped -> tell(segment, dropped.table(), dropped);
            case Named named -> tell(segment, named);
            case Untold untold -> tell(segment, untold.table(), untold);
            case Part part -> throw outOfPlace(segment, part);
            case Idle idle -> throw outOfPlace(segment, idle);
        }
        segment.take();
    }

    private Lsn end(SegmentReading segment) {
        Lsn end = mark.place().of(segment.content());
        if (end == null) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "the mark " + mark.place() + " has no place for segment " + segment.content()
                            + "; which of its changes belong before it is unknown (T35)",
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
        return end;
    }

    /** The interval begins with the first transaction in it. Its place is just behind the mark before: whatever was read behind that mark may hold some of it. */
    private void begin(Instant committedAt) {
        if (oldest == null) {
            told.add(new Begin("up to " + mark.place(), from.behind(), committedAt));
            redistributed();
        }
        oldest = oldest == null || committedAt.isBefore(oldest) ? committedAt : oldest;
    }

    private boolean isRedistributed(TableSchema table) {
        return mark.redistributed().contains(table.version());
    }

    /** Before all rows: those of before the change and those of behind it may come from different segments, in whichever order. What read the table holds them only when it came behind the mark. */
    private void redistributed() {
        for (TableSchema table : tables) {
            if (isRedistributed(table)) {
                tell(
                        new Part(mark.place().behind()),
                        new Untold(table, "its rows lie by another distribution now, or by another access method"));
            }
        }
    }

    private ChangeEvent end() {
        ended = true;
        return oldest == null ? new Idle(mark.place()) : new Commit(mark.place(), oldest);
    }

    /** Every segment tells of a replicated table; the first is believed. */
    private void tell(SegmentReading segment, TableSchema table, ChangeEvent event) {
        if (segment == segments.getFirst() || !replicated.test(table)) {
            tell(segment, event);
        }
    }

    /** Whoever reads it knows whose transaction it is of. */
    private void tell(SegmentReading segment, ChangeEvent event) {
        tell(segment.part(), event);
    }

    private void tell(Part part, ChangeEvent event) {
        if (!part.equals(within)) {
            told.add(part);
            within = part;
        }
        told.add(event);
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
                tell(together(segments), emptied);
                turn = 0;
            });
        } else if (segment == first) {
            tell(segment, truncate);
        }
    }

    /** A transaction of several segments, by its place on each. */
    private static Part together(Collection<SegmentReading> segments) {
        return segments.stream()
                .map(SegmentReading::part)
                .reduce((one, other) -> new Part(one.containedFrom().merge(other.containedFrom())))
                .orElseThrow();
    }

    private void giveUpWaiting() {
        Map<SegmentReading, Truncate> waited = barrier.giveUp();
        SegmentReading first = segments.getFirst();
        Truncate believed = waited.get(first);
        if (believed != null) {
            barrier.replicated(believed).ifPresent(emptied -> tell(first, emptied));
        }
        Set<TableSchema> spread = new HashSet<>();
        waited.values().forEach(truncate -> spread.addAll(barrier.spread(truncate)));
        Part place = together(waited.keySet());
        for (TableSchema table : spread) {
            tell(
                    place,
                    new Untold(
                            table,
                            "it was emptied by TRUNCATE, in an order to other changes that differs between segments"));
        }
        turn = 0;
    }
}
