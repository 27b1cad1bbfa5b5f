package io.syncline.testkit.writers;

import java.util.concurrent.locks.LockSupport;

/** Lets one client begin its transactions at a fixed rate; one that fell behind catches up. Not for use by several threads. */
final class Pace {

    private static final double NANOS = 1e9;

    private final double interval;
    private final long start = System.nanoTime();
    private long begun;

    private Pace(double interval) {
        this.interval = interval;
    }

    /** A pace in transactions a second; infinity is full speed. */
    static Pace of(double perSecond) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a rate is positive, not " + perSecond);
        }
        return new Pace(NANOS / perSecond);
    }

    /** Returns when the next transaction may begin, or earlier when the thread is unparked. */
    void awaitTurn() {
        long due = start + (long) (begun * interval) - System.nanoTime();
        begun++;
        if (due > 0) {
            LockSupport.parkNanos(due);
        }
    }
}
