package io.syncline.testkit.crash;

import io.syncline.embedded.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A process that was started by {@link CrashHarness}. Closing it kills it when it still runs. */
public final class RunningProcess implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final OutputLines stdout;
    private final OutputLines stderr;
    private int marks;

    RunningProcess(Process process) {
        this.process = process;
        this.stdout = OutputLines.of(process.inputReader());
        this.stderr = OutputLines.of(process.errorReader());
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has not ended; a stopped process has not. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The lines of standard output so far. */
    public List<String> stdout() {
        return stdout.all();
    }

    /** The lines of standard error so far. */
    public List<String> stderr() {
        return stderr.all();
    }

    /**
     * Waits for a line of standard output, from the first line on, and returns it.
     *
     * @throws AssertionError with everything that was printed when no such line comes within the limit, or the process ends without it
     */
    public String awaitLine(Predicate<String> wanted, Duration limit) {
        return stdout.await(wanted, limit).orElseThrow(() -> failure("no such line on standard output", limit));
    }

    /** Waits for a line of standard output that contains a text. */
    public String awaitLine(String text, Duration limit) {
        return stdout.await(line -> line.contains(text), limit)
                .orElseThrow(() -> failure("no line with \"" + text + "\" on standard output", limit));
    }

    /** Waits until the process stands still at a mark, as {@link CrashHarness#pauseAt} or {@link #holdAt} asked it to. Each time that it does is awaited once. */
    public void awaitMark(String mark, Duration limit) {
        AtomicInteger seen = new AtomicInteger();
        String line = stderr.await(text -> text.startsWith("mark ") && seen.incrementAndGet() > marks, limit)
                .orElseThrow(() -> failure("the mark " + mark + " was not reached", limit));
        marks++;
        if (!line.equals("mark " + mark)) {
            throw failure("the process stands still at another mark than " + mark, limit);
        }
    }

    /** Lets the thread that stands still go on, if there is one, and the one stand still that reaches a mark for the n-th time from now on. */
    public void holdAt(String mark, int n) {
        tell(mark + ":" + n);
    }

    /** Lets the thread that stands still go on. */
    public void goOn() {
        tell("");
    }

    private void tell(String line) {
        try {
            Writer stdin = process.outputWriter();
            stdin.write(line + "\n");
            stdin.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the process does not listen any more", e);
        }
    }

    /** Sends a signal. */
    public void signal(Signal signal) {
        if (!signal.send(pid())) {
            throw failure("SIG" + signal + " found no process", Duration.ZERO);
        }
    }

    /** Kills the process (SIGKILL) and waits for its end. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(CLOSE_LIMIT);
    }

    /**
     * Waits for the end of the process and of its output.
     *
     * @return the exit code; 128 + the signal's number when a signal ended it
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failure("the process did not end", limit);
            }
            stdout.awaitEnd(CLOSE_LIMIT);
            stderr.awaitEnd(CLOSE_LIMIT);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the end of the process", e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    private AssertionError failure(String what, Duration limit) {
        return new AssertionError("%s (limit %d ms, process %s)%n--- standard output%n%s%n--- standard error%n%s"
                .formatted(
                        what,
                        limit.toMillis(),
                        process.isAlive() ? "alive" : "ended with " + process.exitValue(),
                        String.join("\n", stdout()),
                        String.join("\n", stderr())));
    }
}
