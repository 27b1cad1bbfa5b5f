package io.syncline.postgresql.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Many small pieces of input that come faster than one at a time is worth reading. A walsender sends every message by itself, and a COPY eight kilobytes at a time; a reader
 * that sleeps until the next piece makes each of them wake it up, which can cost the sender
 * more than the piece does. So while a rush lasts, the
 * reader sleeps for a moment before each read and takes at once what has come meanwhile.
 *
 * <p>A rush is a number of reads that waited for next to nothing, with nothing sent in between. It ends with the first read that waits, so that a quiet stream is read at once.
 * One thread reads; another may send.
 */
final class Rush {

    /** How much later the first piece is read: little beside what a commit takes. */
    private static final long COLLECT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A sender that lets the reader wait so long is not in a hurry. */
    private static final long LULL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final int READS = 16;

    /** Bytes that are worth a read of their own. */
    private static final int LARGE = 16 * 1024;

    /** Written by the sender too; a reset that is lost in a race costs a read its millisecond. */
    private volatile int reads;

    private boolean large;

    /** Sleeps a moment when there is a rush, unless the last read was large: a sender whose data fills the network's buffers must not wait for us. */
    void collect() {
        if (isOn() && !large) {
            LockSupport.parkNanos(COLLECT_NANOS);
        }
    }

    /**
     * @param waitedNanos how long the read waited for its first byte
     * @param bytes how much it took
     */
    void received(long waitedNanos, int bytes) {
        reads = waitedNanos >= LULL_NANOS ? 0 : Math.min(READS, reads + 1);
        large = bytes >= LARGE;
    }

    /** Something was sent. */
    void ends() {
        reads = 0;
    }

    boolean isOn() {
        return reads >= READS;
    }
}
