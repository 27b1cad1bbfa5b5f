package io.syncline.testkit.proxy;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The faults of one direction, shared by all connections of a proxy. */
final class Lane {

    private static final long UNLIMITED = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stalled;
    private Duration delay = Duration.ZERO;
    private long untilCut = UNLIMITED;
    private Cut cut = Cut.RESET;
    private long forwarded;

    /** What may pass now. */
    sealed interface Permit {
        /** So many bytes may pass. */
        record Pass(int bytes) implements Permit {}

        /** These bytes may pass, and then every connection ends. */
        record PassThenCut(int bytes, Cut cut) implements Permit {}
    }

    void stall() {
        inLock(() -> stalled = true);
    }

    void flow() {
        inLock(() -> stalled = false);
    }

    void delay(Duration latency) {
        inLock(() -> delay = latency);
    }

    void cutAfter(long bytes, Cut how) {
        inLock(() -> {
            untilCut = bytes;
            cut = how;
        });
    }

    long forwarded() {
        lock.lock();
        try {
            return forwarded;
        } finally {
            lock.unlock();
        }
    }

    /** When bytes that arrive now are due, as {@link System#nanoTime()}. */
    long dueTime() {
        lock.lock();
        try {
            return System.nanoTime() + delay.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until bytes are due and the lane flows, and says how many of them may pass. */
    Permit await(long due, int bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long wait = due - System.nanoTime();
            while (stalled || wait > 0) {
                if (stalled) {
                    changed.await();
                } else {
                    changed.awaitNanos(wait);
                }
                wait = due - System.nanoTime();
            }
            int passing = (int) Math.min(bytes, untilCut);
            forwarded += passing;
            if (untilCut == UNLIMITED) {
                return new Permit.Pass(passing);
            }
            untilCut -= passing;
            if (untilCut > 0) {
                return new Permit.Pass(passing);
            }
            untilCut = UNLIMITED;
            return new Permit.PassThenCut(passing, cut);
        } finally {
            lock.unlock();
        }
    }

    private void inLock(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
