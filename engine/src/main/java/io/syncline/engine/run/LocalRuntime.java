package io.syncline.engine.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Gives every stage a thread of this process. */
public final class LocalRuntime implements StageRuntime {

    private static final Duration GRACE = Duration.ofSeconds(5);
    /** Far less than a third of any sensible wal_sender_timeout (T39). */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Few enough wake-ups to cost nothing beside a load. */
    private static final long WAITING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile @Nullable Run current;

    @Override
    public void stop() {
        stop.countDown();
    }

    @Override
    public void endRun() {
        Run run = current;
        if (run != null) {
            run.asked = true;
        }
    }

    @Override
    public boolean isStopping() {
        return stop.getCount() == 0;
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        var _ = stop.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Duration patience() {
        return PATIENCE;
    }

    @Override
    public Ended run(List<? extends Stage> work, List<? extends Stage> beside, Runnable abort)
            throws InterruptedException {
        Run run = new Run(work.size());
        current = run;
        List<Thread> threads = new ArrayList<>();
        work.forEach(stage -> threads.add(run.start(stage, true)));
        beside.forEach(stage -> threads.add(run.start(stage, false)));
        try {
            run.awaitEnd();
        } finally {
            run.ending = true;
            end(threads, abort);
        }
        Throwable failure = run.failure.get();
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return run.open.getCount() == 0 ? Ended.DONE : Ended.STOPPED;
    }

    private static void end(List<Thread> threads, Runnable abort) throws InterruptedException {
        if (join(threads, GRACE)) {
            return;
        }
        abort.run();
        threads.forEach(Thread::interrupt);
        if (!join(threads, GRACE)) {
            String alive = threads.stream()
                    .filter(Thread::isAlive)
                    .map(Thread::getName)
                    .toList()
                    .toString();
            throw new IllegalStateException("these stages do not end: " + alive);
        }
    }

    private static boolean join(List<Thread> threads, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || !thread.join(Duration.ofNanos(left))) {
                if (thread.isAlive()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** One call of {@link #run}. */
    private final class Run {

        private final CountDownLatch open;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        /** {@link #endRun()} was called. */
        private volatile boolean asked;

        private volatile boolean ending;

        Run(int work) {
            this.open = new CountDownLatch(work);
        }

        Thread start(Stage stage, boolean isWork) {
            return Thread.ofPlatform().daemon().name("syncline " + stage.name()).start(() -> drive(stage, isWork));
        }

        void awaitEnd() throws InterruptedException {
            while (failure.get() == null && !asked && !isStopping()) {
                if (open.await(20, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        }

        private void drive(Stage stage, boolean isWork) {
            try {
                boolean done = pollUntilEnd(stage);
                stage.close();
                if (done && isWork) {
                    open.countDown();
                }
            } catch (InterruptedException e) {
                fail(stage, new IllegalStateException(stage.name() + " was interrupted", e));
            } catch (RuntimeException | Error e) {
                fail(stage, e);
            }
        }

        private boolean pollUntilEnd(Stage stage) throws InterruptedException {
            while (!ending && !asked && failure.get() == null && !isStopping()) {
                switch (stage.poll()) {
                    case WORKED -> {}
                    case IDLE, BLOCKED -> LockSupport.parkNanos(IDLE_NANOS);
                    case WAITING -> LockSupport.parkNanos(WAITING_NANOS);
                    case DONE -> {
                        return true;
                    }
                }
            }
            return false;
        }

        /** The first failure wins; later ones are its consequences (I8). */
        private void fail(Stage stage, Throwable cause) {
            Throwable first = ending || isStopping() ? null : cause;
            if (first != null && !failure.compareAndSet(null, first)) {
                System.getLogger(LocalRuntime.class.getName())
                        .log(System.Logger.Level.DEBUG, () -> stage.name() + " ended after the first failure", cause);
            }
            try {
                stage.close();
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
