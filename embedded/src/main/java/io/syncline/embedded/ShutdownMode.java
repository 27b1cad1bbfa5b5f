package io.syncline.embedded;

/** How a server is asked to stop; the modes of {@code pg_ctl stop}. */
public enum ShutdownMode {
    /** Waits until every client has left. */
    SMART(Signal.TERM),
    /** Ends the clients' sessions, rolls back, writes a checkpoint. */
    FAST(Signal.INT),
    /** Ends at once, without a checkpoint; the next start recovers from the WAL, and unflushed commits are lost. */
    IMMEDIATE(Signal.QUIT);

    private final Signal signal;

    ShutdownMode(Signal signal) {
        this.signal = signal;
    }

    Signal signal() {
        return signal;
    }
}
