package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatchQueueTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void i5IsBoundedInBytes() {
        BatchQueue queue = new BatchQueue(1_000);

        assertThat(queue.offer(changes(400))).isTrue();
        assertThat(queue.offer(changes(300))).isTrue();
        assertThat(queue.offer(changes(300))).as("I5: there is no room").isFalse();
        queue.remove();
        assertThat(queue.offer(changes(300))).isTrue();
        assertThat(queue.bytes()).isEqualTo(600 + 2 * Piece.OVERHEAD);
    }

    @Test
    void pieceThatIsLargerThanAllOfItPassesAlone() {
        BatchQueue queue = new BatchQueue(1_000);

        queue.offer(changes(10));
        assertThat(queue.offer(changes(5_000))).isFalse();
        queue.remove();
        assertThat(queue.offer(changes(5_000))).isTrue();
        assertThat(queue.offer(changes(10))).isFalse();
    }

    @Test
    void keepsTheLastOfSeveralIdlePositions() {
        BatchQueue queue = new BatchQueue(1_000);

        for (int i = 1; i < 100; i++) {
            assertThat(queue.offer(new Piece.Idle(new TestPosition(i)))).isTrue();
        }

        assertThat(queue.peek()).isEqualTo(new Piece.Idle(new TestPosition(99)));
        queue.offer(new Piece.Idle(new TestPosition(100)));
        assertThat(queue.remove())
                .as("what came between the look and the taking")
                .isEqualTo(new Piece.Idle(new TestPosition(100)));
        assertThat(queue.peek()).isNull();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void pieceWakesTheOneThatWaits() throws Exception {
        BatchQueue queue = new BatchQueue(1_000);
        CompletableFuture<Boolean> news = CompletableFuture.supplyAsync(() -> await(queue, false));

        queue.offer(changes(10));

        assertThat(news.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endOfTheSourcesNewsWakesTheOneThatAsksForIt() throws Exception {
        BatchQueue queue = new BatchQueue(1_000);
        CompletableFuture<Boolean> news = CompletableFuture.supplyAsync(() -> await(queue, true));

        queue.drained();

        assertThat(news.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(queue.awaitNews(Duration.ZERO, false)).isFalse();
    }

    @Test
    void i8FirstFailureStopsBothSides() throws Exception {
        BatchQueue queue = new BatchQueue(1_000);
        CompletableFuture<Boolean> news = CompletableFuture.supplyAsync(() -> await(queue, false));
        RuntimeException first = new IllegalStateException("first");

        assertThat(queue.fail(first)).isSameAs(first);
        assertThat(queue.fail(new IllegalStateException("second"))).as("I8").isSameAs(first);

        assertThatThrownBy(() -> news.get(10, TimeUnit.SECONDS)).hasCause(first);
        assertThatThrownBy(() -> queue.offer(changes(1))).isSameAs(first);
        assertThatThrownBy(queue::peek).isSameAs(first);
    }

    private static boolean await(BatchQueue queue, boolean orDrained) {
        try {
            return queue.awaitNews(LONG, orDrained);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Piece changes(long size) {
        return new Piece.Changes(new TestPosition(1), List.of(), size);
    }
}
