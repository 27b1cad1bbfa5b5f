package io.syncline.engine.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Pieces on their way from the reader to the applier, bounded in bytes (I5). One thread puts, one takes; both may be the same. The first failure of either side
 * is kept, and every later call of either side throws it, so that both stop (I8).
 */
final class BatchQueue {

    private final long capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long bytes;
    private boolean drained;
    private boolean finished;
    private @Nullable Throwable failure;

    /** @param capacity in bytes; a piece that is larger than all of it passes alone */
    BatchQueue(long capacity) {
        this.capacity = capacity;
    }

    /** Puts a piece, or says that there is no room for it now. */
    boolean offer(Piece piece) {
        lock.lock();
        try {
            requireSound();
            drained = false;
            if (piece instanceof Piece.Idle && pieces.peekLast() instanceof Piece.Idle last) {
                bytes -= last.bytes();
                pieces.removeLast();
            }
            if (bytes + piece.bytes() > capacity && !pieces.isEmpty()) {
                return false;
            }
            pieces.add(piece);
            bytes += piece.bytes();
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Says that the source has nothing more to deliver at this moment, so that a batch need not wait for company; until the next {@link #offer}. */
    void drained() {
        lock.lock();
        try {
            if (!drained) {
                drained = true;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isDrained() {
        lock.lock();
        try {
            return drained || finished;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something was taken, at most this long. */
    void awaitSpace(Duration wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            requireSound();
            long before = bytes;
            long left = wait.toNanos();
            while (bytes == before && failure == null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next piece, which stays where it is; null when there is none now. */
    @Nullable
    Piece peek() {
        lock.lock();
        try {
            requireSound();
            return pieces.peek();
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is first now: the piece that {@link #peek} gave, or the later idle position that has taken its place since. */
    Piece remove() {
        lock.lock();
        try {
            Piece first = pieces.remove();
            bytes -= first.bytes();
            changed.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a piece, or for the end, at most this long.
     *
     * @param orDrained true when it is also news that the source has no more
     * @return false when nothing of it came
     */
    boolean awaitNews(Duration wait, boolean orDrained) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = wait.toNanos();
            while (true) {
                requireSound();
                if (!pieces.isEmpty() || (orDrained && (drained || finished))) {
                    return true;
                }
                if (left <= 0 || finished) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing will be put any more. */
    void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** True when nothing will come any more and everything has been taken. */
    boolean isExhausted() {
        lock.lock();
        try {
            return finished && pieces.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops both sides. The first failure wins (I8): it is the one that is given back, for the caller to throw.
     *
     * @throws Error when the first failure is one
     */
    RuntimeException fail(Throwable cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
                changed.signalAll();
            }
            return raised(failure);
        } finally {
            lock.unlock();
        }
    }

    /** Throws the failure of either side. */
    void requireSound() {
        lock.lock();
        try {
            if (failure != null) {
                throw raised(failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private static RuntimeException raised(Throwable failure) {
        return switch (failure) {
            case Error error -> throw error;
            case RuntimeException runtime -> runtime;
            default -> new IllegalStateException(failure);
        };
    }
}
