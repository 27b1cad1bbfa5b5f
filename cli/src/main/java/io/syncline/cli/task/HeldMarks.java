package io.syncline.cli.task;

import io.syncline.api.port.CrashMarks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread after the other stand still at a mark, so that a test can do something in the middle of the work: the thread prints {@code mark NAME} and goes on when
 * a line comes on standard input, or when that ends. The line says where to stand still next, {@code NAME} or {@code NAME:n}, or nothing.
 */
final class HeldMarks implements CrashMarks {

    private final PrintStream err;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private @Nullable Moment next;
    private long lines;

    private HeldMarks(@Nullable Moment first, PrintStream err) {
        this.next = first;
        this.err = err;
    }

    /** @param first null when the first line names it */
    static HeldMarks listening(@Nullable Moment first, Reader in, PrintStream err) {
        HeldMarks marks = new HeldMarks(first, err);
        Thread.ofPlatform().daemon().name("held marks").start(() -> marks.listen(new BufferedReader(in)));
        return marks;
    }

    /** An interrupt does not move the thread on; it meets what comes after the mark. */
    @Override
    public void reach(Mark mark) {
        lock.lock();
        try {
            if (next == null || !next.isNow(mark)) {
                return;
            }
            next = null;
            long before = lines;
            err.println("mark " + mark);
            err.flush();
            while (lines == before) {
                told.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void listen(BufferedReader in) {
        try (in) {
            String line = in.readLine();
            while (line != null) {
                take(Moment.of(line).orElse(null));
                line = in.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            take(null);
        }
    }

    private void take(@Nullable Moment moment) {
        lock.lock();
        try {
            next = moment;
            lines++;
            told.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
