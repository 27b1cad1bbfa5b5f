package io.syncline.postgresql.stream;

import io.syncline.api.task.HoldBack;
import io.syncline.postgresql.session.Lsn;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Positions that the destination durably holds, on their way to the server. They wait here for as long as the task holds its log back (T17). A run that begins again does
 * not know since when they waited: they wait anew, but never more of the log than the limit says. Times are those of {@link System#nanoTime}.
 */
final class HeldBack {

    /** Positions that follow each other faster wait as one. */
    private static final long TOGETHER = Duration.ofSeconds(1).toNanos();

    private final HoldBack limits;
    private final long nanos;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private Lsn confirmed;
    private Lsn newest;

    /** @param confirmed what the server knows already */
    HeldBack(HoldBack limits, Lsn confirmed) {
        this.limits = limits;
        this.nanos = limits.time().toNanos();
        this.confirmed = confirmed;
        this.newest = confirmed;
    }

    private record Waiting(Lsn position, long since) {}

    /** The destination durably holds everything before {@code position} (I1); an older one than the newest takes nothing back. */
    void durable(Lsn position, long now) {
        if (position.compareTo(newest) <= 0) {
            return;
        }
        newest = position;
        Waiting last = waiting.peekLast();
        if (last != null && now - last.since() < TOGETHER) {
            waiting.removeLast();
            waiting.add(new Waiting(position, last.since()));
        } else {
            waiting.add(new Waiting(position, now));
        }
    }

    /** Whether {@link #take} would give a position. */
    boolean isDue(long now) {
        Waiting first = waiting.peek();
        return first != null
                && (limits.isOff()
                        || now - first.since() >= nanos
                        || newest.value() - confirmed.value() > limits.bytes());
    }

    /** The newest position that the server may be told now; null when there is none, or it was told already. */
    @Nullable
    Lsn take(long now) {
        Lsn due = null;
        while (isDue(now)) {
            confirmed = waiting.remove().position();
            due = confirmed;
        }
        return due;
    }
}
