package io.syncline.cli.command;

import io.syncline.cli.output.Output;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What signals do. The first one asks the work that goes on to stop, and the process ends as soon as it has; a second one, or a stop that does not come to its end in
 * bounded time, ends the process at once. Without stoppable work the first signal ends the process.
 */
public final class Stopping {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The ways in which a process ends. */
    public interface Exit {

        /** Ends it after its shutdown hooks. */
        void exit(int code);

        /** Ends it now. */
        void halt(int code);
    }

    private final Output output;
    private final Exit exit;
    private @Nullable Runnable stop;
    private @Nullable Integer signal;

    public Stopping(Output output, Exit exit) {
        this.output = output;
        this.exit = exit;
    }

    /** Work that can be stopped goes on until the result is closed. */
    public synchronized Work during(Runnable stopWork) {
        stop = stopWork;
        if (signal != null) {
            stopWork.run();
        }
        return this::workEnded;
    }

    /**
     * A signal came.
     *
     * @param exitCode 128 + the signal's number
     */
    public void signalled(int exitCode) {
        Runnable work;
        boolean first;
        synchronized (this) {
            first = signal == null;
            signal = first ? Integer.valueOf(exitCode) : signal;
            work = stop;
        }
        if (!first) {
            exit.halt(exitCode);
        } else if (work == null) {
            exit.exit(exitCode);
        } else {
            output.err().println("Stopping; a second signal ends the process at once.");
            output.err().flush();
            Thread.ofPlatform().daemon().name("stop watchdog").start(() -> endWhenPatienceIsOver(exitCode));
            work.run();
        }
    }

    /** The exit code of the signal that asked for the stop; empty when none came. */
    public synchronized OptionalInt exitCode() {
        return signal == null ? OptionalInt.empty() : OptionalInt.of(signal);
    }

    private synchronized void workEnded() {
        stop = null;
    }

    private void endWhenPatienceIsOver(int exitCode) {
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        output.err()
                .println("The work did not stop within " + PATIENCE.toSeconds()
                        + " s and is ended; the next run goes on from the ledger.");
        output.err().flush();
        exit.halt(exitCode);
    }

    /** Stoppable work; closed when it has ended. */
    @FunctionalInterface
    public interface Work extends AutoCloseable {
        @Override
        void close();
    }
}
