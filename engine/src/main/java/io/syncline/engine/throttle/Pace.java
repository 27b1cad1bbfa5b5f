package io.syncline.engine.throttle;

import io.syncline.api.task.Throttle.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How fast something is read: its readers ask {@link #closedFor} before they read, and say afterwards what they took. Limits can be changed at any time. Thread-safe.
 */
public final class Pace {

    private final InstantSource clock;
    private final Turns turns = new Turns();
    /** Null when there is no limit, which must cost nothing. */
    private volatile @Nullable Buckets buckets;

    private record Buckets(
            @Nullable TokenBucket queries,
            @Nullable TokenBucket rows,
            @Nullable TokenBucket bytes) {}

    public Pace(InstantSource clock, Limits limits) {
        this.clock = clock;
        set(limits);
    }

    public void set(Limits limits) {
        Instant now = clock.instant();
        buckets = limits.equals(Limits.NONE)
                ? null
                : new Buckets(bucket(limits.queries(), now), bucket(limits.rows(), now), bucket(limits.bytes(), now));
    }

    private static @Nullable TokenBucket bucket(long perSecond, Instant now) {
        return perSecond == 0 ? null : new TokenBucket(perSecond, now);
    }

    /** Whose turn it is to read, where several readers share this pace. */
    public Turns turns() {
        return turns;
    }

    public boolean isLimited() {
        return buckets != null;
    }

    public boolean isOpen() {
        return closedFor().isZero();
    }

    /** How long nothing may be read from now on; zero when something may. */
    public Duration closedFor() {
        Buckets current = buckets;
        if (current == null) {
            return Duration.ZERO;
        }
        synchronized (current) {
            Instant now = clock.instant();
            Duration longest = Duration.ZERO;
            for (TokenBucket bucket : new @Nullable TokenBucket[] {current.queries, current.rows, current.bytes}) {
                Duration closed = bucket == null ? Duration.ZERO : bucket.closedFor(now);
                longest = closed.compareTo(longest) > 0 ? closed : longest;
            }
            return longest;
        }
    }

    /** Rows were read. */
    public void took(long rows, long bytes) {
        take(0, rows, bytes);
    }

    /** A query was sent. */
    public void asked() {
        take(1, 0, 0);
    }

    private void take(long queries, long rows, long bytes) {
        Buckets current = buckets;
        if (current == null) {
            return;
        }
        synchronized (current) {
            Instant now = clock.instant();
            take(current.queries, queries, now);
            take(current.rows, rows, now);
            take(current.bytes, bytes, now);
        }
    }

    private static void take(@Nullable TokenBucket bucket, long amount, Instant now) {
        if (bucket != null) {
            bucket.take(amount, now);
        }
    }
}
