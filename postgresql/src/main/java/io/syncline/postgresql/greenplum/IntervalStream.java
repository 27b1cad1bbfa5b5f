package io.syncline.postgresql.greenplum;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a cluster's segments as one, whose transactions are the intervals between marks (docs/design/segment-streams.md). A segment whose turn it is not is not read; it hears from us all the same (T39).
 */
public final class IntervalStream implements ChangeStream {

    /** How long one segment is waited for while another may have something to tell. */
    private static final Duration GLANCE = Duration.ofMillis(2);

    /** Rows of which none has to wait: the clock and the other segments are looked after between so many. */
    private static final int EVENTS_BETWEEN = 500;

    private final List<SegmentReading> segments;
    private final Marks made;
    private final MarkSchedule marks;
    private final Collection<TableSchema> tables;
    private final Predicate<TableSchema> replicated;
    private final LongSupplier nanos;

    /** The last mark up to which an interval is, or was, read. */
    private SegmentPosition told;

    private @Nullable IntervalReader interval;
    private int glance;
    private int attended;

    /**
     * @param streams each opened at its place in {@code from}
     * @param from a mark, or where the slots begin
     * @param marks closed with this
     * @param tables those of which rows are told
     * @param replicated whether every segment has all rows of a table
     * @param nanos a clock like {@link System#nanoTime()}
     */
    public IntervalStream(
            Map<Integer, ChangeStream> streams,
            SegmentPosition from,
            Marks marks,
            Collection<TableSchema> tables,
            Predicate<TableSchema> replicated,
            LongSupplier nanos) {
        this.segments = new TreeMap<>(streams)
                .entrySet().stream()
                        .map(stream -> new SegmentReading(stream.getKey(), stream.getValue()))
                        .toList();
        this.made = marks;
        this.marks = new MarkSchedule(marks, nanos);
        this.tables = List.copyOf(tables);
        this.replicated = replicated;
        this.nanos = nanos;
        this.told = from;
    }

    @Override
    public @Nullable ChangeEvent poll(Duration wait) {
        long deadline = nanos.getAsLong() + wait.toNanos();
        while (true) {
            if (attended-- <= 0) {
                attend();
            }
            Duration left = Duration.ofNanos(Math.max(0, deadline - nanos.getAsLong()));
            ChangeEvent event = next(shorter(left));
            if (event != null) {
                return event;
            }
            attended = 0;
            if (left.isZero()) {
                return null;
            }
        }
    }

    /** What is due now and then, however much there is to read. */
    private void attend() {
        attended = EVENTS_BETWEEN;
        keepAlive();
        if (interval != null) {
            marks.reading();
            return;
        }
        boolean something = segments.stream().anyMatch(segment -> segment.peek(Duration.ZERO) != null);
        Mark mark = marks.next(something);
        if (mark != null) {
            interval = new IntervalReader(segments, told, mark, tables, replicated);
            told = mark.place();
        }
    }

    private @Nullable ChangeEvent next(Duration wait) {
        IntervalReader reading = interval;
        if (reading == null) {
            glance(wait);
            return null;
        }
        ChangeEvent event = reading.next(wait);
        if (reading.hasEnded()) {
            interval = null;
            attended = 0;
        }
        return event;
    }

    /** Each of them is waited for in turn; what arrives from it is there for {@link #attend()} to see. */
    private void glance(Duration wait) {
        for (int i = 0; i < segments.size(); i++) {
            SegmentReading segment = segments.get(glance);
            glance = (glance + 1) % segments.size();
            if (!segment.hasNext()) {
                segment.peek(wait);
                return;
            }
        }
        // All of them have something to tell, which waits for the next mark.
        LockSupport.parkNanos(wait.toNanos());
    }

    /** Not longer than a glance, so that marks are made in time and every segment hears from us. */
    private static Duration shorter(Duration left) {
        return left.compareTo(GLANCE) < 0 ? left : GLANCE;
    }

    @Override
    public void keepAlive() {
        segments.forEach(segment -> segment.stream().keepAlive());
    }

    @Override
    public void confirm(Position position) {
        SegmentPosition mark = (SegmentPosition) position;
        for (SegmentReading segment : segments) {
            Lsn place = mark.of(segment.content());
            if (place != null) {
                segment.stream().confirm(place);
            }
        }
    }

    @Override
    public void close() {
        try (made) {
            segments.forEach(segment -> segment.stream().close());
        }
    }
}
