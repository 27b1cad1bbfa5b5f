package io.syncline.postgresql.greenplum;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When marks are made. A mark costs the cluster something and the reader a few thousandths of a second, so that not more than ten are made a second. While an interval is being read one is made each second, so that a
 * reader that is behind goes on in small intervals, whatever the one before took.
 */
final class MarkSchedule {

    private static final long LEAST = Duration.ofMillis(100).toNanos();
    private static final long WHILE_READING = Duration.ofSeconds(1).toNanos();
    /** How often the position of a cluster in which nothing happens moves on, so that its segments may let go of their logs. */
    private static final long AT_REST = Duration.ofSeconds(10).toNanos();

    private static final int MOST_AHEAD = 1_000;

    private final Marks marks;
    private final LongSupplier nanos;
    private final ArrayDeque<Mark> ahead = new ArrayDeque<>();
    private long last;

    /** @param nanos a clock like {@link System#nanoTime()} */
    MarkSchedule(Marks marks, LongSupplier nanos) {
        this.marks = marks;
        this.nanos = nanos;
        this.last = nanos.getAsLong() - AT_REST;
    }

    /** A mark to end the next interval with, when there is one or it is time for one. */
    @Nullable
    Mark next(boolean somethingToTell) {
        if (!ahead.isEmpty()) {
            return ahead.remove();
        }
        return rested() >= (somethingToTell ? LEAST : AT_REST) ? make() : null;
    }

    /** To be called now and then while an interval is being read. */
    void reading() {
        if (rested() >= WHILE_READING && ahead.size() < MOST_AHEAD) {
            ahead.add(make());
        }
    }

    private long rested() {
        return nanos.getAsLong() - last;
    }

    private Mark make() {
        Mark mark = marks.make();
        last = nanos.getAsLong();
        return mark;
    }
}
