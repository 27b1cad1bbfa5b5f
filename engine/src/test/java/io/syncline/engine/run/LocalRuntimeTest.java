package io.syncline.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.engine.run.Stage.Progress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stages on real threads: which failure is told, and how the others end. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LocalRuntimeTest {

    private final LocalRuntime runtime = new LocalRuntime();

    /** A stage that does what a test says. */
    private static final class Scripted implements Stage {

        private interface Step {
            Progress run() throws InterruptedException;
        }

        private final String name;
        private final Step step;
        private final AtomicInteger closed = new AtomicInteger();

        Scripted(String name, Step step) {
            this.name = name;
            this.step = step;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Progress poll() throws InterruptedException {
            return step.run();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    /** The second stage fails when the first one's thread has ended, and with it everything that the first failure does. */
    @Test
    void i8TheFirstFailureWinsAndTheOthersEnd() {
        CompletableFuture<Thread> failing = new CompletableFuture<>();
        Scripted first = new Scripted("first", () -> {
            failing.complete(Thread.currentThread());
            throw new IllegalArgumentException("the cause");
        });
        Scripted second = new Scripted("second", () -> {
            failing.join().join();
            throw new IllegalStateException("a consequence");
        });
        Scripted idle = new Scripted("idle", () -> Progress.IDLE);
        assertThatThrownBy(() -> runtime.run(List.of(idle), List.of(second, first), () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the cause");
        assertThat(List.of(first, second, idle))
                .allSatisfy(stage -> assertThat(stage.closed).as(stage.name()).hasValue(1));
    }

    @Test
    void i8ABlockedStageIsCutOffInBoundedTime() {
        CountDownLatch connection = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        Scripted reading = new Scripted("reading", () -> {
            blocked.countDown();
            boolean interrupted = true;
            while (interrupted) {
                try {
                    connection.await();
                    interrupted = false;
                } catch (InterruptedException e) {
                    // a driver that reads from a socket does not end by an interrupt, either
                    interrupted = true;
                }
            }
            throw new IllegalStateException("the connection was closed under the reader");
        });
        Scripted failing = new Scripted("failing", () -> {
            blocked.await();
            throw new IllegalArgumentException("the cause");
        });
        long began = System.nanoTime();
        assertThatThrownBy(() -> runtime.run(List.of(reading), List.of(failing), connection::countDown))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the cause");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
        assertThat(reading.closed).hasValue(1);
    }

    @Test
    void aRunThatIsEndedFromWithinIsFollowedByOthers() throws InterruptedException {
        Scripted idle = new Scripted("idle", () -> Progress.IDLE);
        Scripted ending = new Scripted("ending", () -> {
            runtime.endRun();
            return Progress.IDLE;
        });
        assertThat(runtime.run(List.of(idle), List.of(ending), () -> {})).isEqualTo(StageRuntime.Ended.STOPPED);
        assertThat(List.of(idle, ending))
                .allSatisfy(stage -> assertThat(stage.closed).as(stage.name()).hasValue(1));

        Scripted done = new Scripted("done", () -> Progress.DONE);
        assertThat(runtime.run(List.of(done), List.of(), () -> {})).isEqualTo(StageRuntime.Ended.DONE);
        assertThat(runtime.isStopping()).isFalse();
    }

    @Test
    void i8AFailureWhileStoppingIsNoFailure() throws InterruptedException {
        Scripted stopping = new Scripted("stopping", () -> {
            runtime.stop();
            throw new IllegalStateException("cut off by the stop");
        });
        assertThat(runtime.run(List.of(stopping), List.of(), () -> {})).isEqualTo(StageRuntime.Ended.STOPPED);
        assertThat(stopping.closed).hasValue(1);
    }
}
