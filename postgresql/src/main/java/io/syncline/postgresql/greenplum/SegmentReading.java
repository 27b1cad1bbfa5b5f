package io.syncline.postgresql.greenplum;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Idle;
import io.syncline.api.model.ChangeEvent.Part;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One segment's stream: the event that was looked at and not taken yet, and how far the segment has read its log. */
final class SegmentReading {

    private final int content;
    private final ChangeStream stream;
    private @Nullable ChangeEvent next;
    private @Nullable Lsn read;
    private @Nullable Part part;

    SegmentReading(int content, ChangeStream stream) {
        this.content = content;
        this.stream = stream;
    }

    int content() {
        return content;
    }

    ChangeStream stream() {
        return stream;
    }

    /** The next event of a transaction, which stays the next until it is taken; null when none came within {@code wait}. */
    @Nullable
    ChangeEvent peek(Duration wait) {
        if (next == null) {
            ChangeEvent event = stream.poll(wait);
            if (event instanceof Idle(var position)) {
                read = (Lsn) position;
            } else {
                next = event;
            }
        }
        return next;
    }

    void take() {
        next = null;
    }

    /** Whether its next event is there already. */
    boolean hasNext() {
        return next != null;
    }

    /** The segment's transaction that is being read, by its place in this segment's log alone. */
    Part part() {
        return Objects.requireNonNull(part, "a transaction has begun");
    }

    void begin(Begin begin) {
        part = new Part(new SegmentPosition(Map.of(content, (Lsn) begin.containedFrom())));
    }

    /** Whether the segment has said that it has sent every transaction that commits before {@code place}; what it sent before saying so has been taken when nothing is next. */
    boolean isPast(Lsn place) {
        return read != null && read.reached(place);
    }
}
