package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.RowBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatcherTest {

    private static final int LIMIT = 10;

    private final BatchQueue queue = new BatchQueue(1 << 20);
    private Instant now = Instant.EPOCH;
    private CatchUp catchUp = new CatchUp(null);

    @Test
    void idleStreamsTransactionGoesAtOnce() throws InterruptedException {
        Batcher batcher = batcher();
        transaction(10, 2);
        queue.drained();

        assertThat(positions(batcher.next())).containsExactly(10L);
    }

    @Test
    void waitsForCompanyWhileMoreIsOnItsWayButNotForLong() throws InterruptedException {
        Batcher batcher = batcher();
        transaction(10, 2);

        assertThat(batcher.next()).isNull();
        transaction(20, 2);
        assertThat(batcher.next()).isNull();
        now = now.plusMillis(5);

        assertThat(positions(batcher.next())).containsExactly(10L, 20L);
    }

    @Test
    void collectsForAMomentWhatIsLateAnyway() throws InterruptedException {
        now = now.plusSeconds(60);
        Batcher batcher = batcher();
        transaction(10, 2);
        queue.drained();

        assertThat(batcher.next()).isNull();
        now = now.plusMillis(20);
        transaction(20, 2);
        queue.drained();
        assertThat(batcher.next()).isNull();
        now = now.plusMillis(30);

        assertThat(positions(batcher.next())).containsExactly(10L, 20L);
    }

    @Test
    void i3TakesAsManyWholeTransactionsAsFit() throws InterruptedException {
        Batcher batcher = batcher();
        transaction(10, 4);
        transaction(20, 4);
        transaction(30, 4);
        transaction(40, 1);
        queue.drained();

        Batch first = batcher.next();
        Batch second = batcher.next();

        assertThat(positions(first)).as("I3: whole transactions").containsExactly(10L, 20L);
        assertThat(positions(second)).containsExactly(30L, 40L);
    }

    @Test
    void i5ClosesABatchByBytesToo() throws InterruptedException {
        Batcher batcher = new Batcher(
                queue,
                new StreamLimits(1_000, 1_000_000, 256, Duration.ofMillis(5), 1 << 20, Duration.ZERO),
                catchUp,
                clock());
        transaction(10, 1);
        transaction(20, 1);
        transaction(30, 1);
        queue.drained();

        assertThat(positions(batcher.next())).as("I5").containsExactly(10L, 20L);
    }

    @Test
    void t41ClosesABatchByTablesToo() throws InterruptedException {
        Batcher batcher = new Batcher(
                queue,
                new StreamLimits(1 << 20, 1_000, 2, Duration.ofMillis(5), 1 << 20, Duration.ZERO),
                catchUp,
                clock());
        pieces(ModelTable.PLAIN, 10, 2, 1);
        queue.offer(end(10));
        pieces(ModelTable.PLAIN, 20, 2, 1);
        queue.offer(end(20));
        pieces(ModelTable.CASELESS, 30, 1, 1);
        queue.offer(end(30));
        pieces(ModelTable.SHIFTING, 40, 1, 1);
        pieces(ModelTable.CASELESS, 40, 1, 1);
        pieces(ModelTable.PLAIN, 40, 1, 1);
        queue.offer(end(40));
        queue.drained();

        assertThat(positions(batcher.next())).as("T41: two tables").containsExactly(10L, 20L, 30L);
        assertThat(positions(batcher.next()))
                .as("I3: a transaction is not torn")
                .containsExactly(40L);
    }

    @Test
    void t38TransactionLargerThanABatchComesInParts() throws InterruptedException {
        Batcher batcher = batcher();
        transaction(10, 1);
        pieces(20, 25, 5);
        queue.offer(end(20));
        transaction(30, 1);
        queue.drained();

        Batch before = batcher.next();
        Batch first = batcher.next();
        Batch second = batcher.next();
        Batch last = batcher.next();
        Batch after = batcher.next();

        assertThat(positions(before)).containsExactly(10L);
        assertThat(first).extracting(Batch::changes, Batch::continued).containsExactly(10, false);
        assertThat(positions(first)).as("goes on").isEmpty();
        assertThat(second).extracting(Batch::changes, Batch::continued).containsExactly(10, true);
        assertThat(last).extracting(Batch::changes, Batch::continued).containsExactly(5, true);
        assertThat(positions(last)).as("T38: ends alone").containsExactly(20L);
        assertThat(last).isNotNull().extracting(Batch::isWhole).isEqualTo(false);
        assertThat(positions(after)).containsExactly(30L);
    }

    @Test
    void isNotIdleInsideOfATransaction() throws InterruptedException {
        Batcher batcher = batcher();
        queue.offer(new Piece.Idle(new TestPosition(7)));
        assertThat(batcher.next()).isNull();
        assertThat(batcher.idle()).isEqualTo(new TestPosition(7));

        pieces(20, 5, 5);
        assertThat(batcher.next()).isNull();

        assertThat(batcher.idle()).isNull();
        queue.offer(end(20));
        queue.drained();
        assertThat(positions(batcher.next())).containsExactly(20L);
        assertThat(batcher.idle()).as("older than what was handed out").isNull();
    }

    @Test
    void truncateIsABarrierInItsPlace() throws InterruptedException {
        Batcher batcher = batcher();
        pieces(10, 2, 2);
        queue.offer(new Piece.Truncate(new TestPosition(7), List.of(ModelTable.PLAIN.route()), false, false));
        pieces(10, 1, 1);
        queue.offer(end(10));
        transaction(20, 1);
        queue.drained();

        Batch batch = batcher.next();

        assertThat(batch).isNotNull();
        assertThat(batch.steps())
                .extracting(step -> switch (step) {
                    case Batch.Changes(var changes) -> "changes " + changes.size();
                    case Batch.Emptying(var truncate) ->
                        "truncate " + truncate.tables().size();
                    case Batch.Altering(var alteration) ->
                        "alter " + alteration.changes().size();
                    case Batch.LeavingOut(var leftOut) -> leftOut.what();
                    case Batch.Dropping(var table, boolean _) ->
                        "drop " + table.destination().table();
                })
                .containsExactly("changes 2", "truncate 1", "changes 2");
    }

    @Test
    void t5BatchEndsWhereCatchingUpDoes() throws InterruptedException {
        catchUp = new CatchUp(new TestPosition(25));
        Batcher batcher = batcher();
        transaction(10, 1);
        transaction(20, 1);
        transaction(30, 1);
        queue.drained();

        assertThat(positions(batcher.next())).as("T5").containsExactly(10L, 20L);
        assertThat(batcher.next()).isNull();
        assertThat(batcher.isAtEndOfCatchUp()).isTrue();
        catchUp.end();
        assertThat(positions(batcher.next())).containsExactly(30L);
    }

    private Batcher batcher() {
        return new Batcher(
                queue,
                new StreamLimits(1 << 20, LIMIT, 256, Duration.ofMillis(5), 1 << 20, Duration.ZERO),
                catchUp,
                clock());
    }

    private InstantSource clock() {
        return () -> now;
    }

    private static List<Long> positions(@Nullable Batch batch) {
        assertThat(batch).isNotNull();
        return batch.ends().stream()
                .map(end -> ((TestPosition) end.position()).at())
                .toList();
    }

    private void transaction(long end, int changes) {
        pieces(end, changes, changes);
        queue.offer(end(end));
    }

    private static Piece end(long end) {
        return new Piece.End(new TestPosition(end), Instant.EPOCH);
    }

    private void pieces(long end, int changes, int atOnce) {
        pieces(ModelTable.PLAIN, end, changes, atOnce);
    }

    private void pieces(ModelTable table, long end, int changes, int atOnce) {
        for (int i = 0; i < changes; i += atOnce) {
            List<RoutedChange> rows = new ArrayList<>();
            for (int j = 0; j < atOnce; j++) {
                rows.add(new RoutedChange(
                        table.route(),
                        new ChangeEvent.Insert(table.route().source(), RowBuilder.of("" + i + j, "a", "d"))));
            }
            queue.offer(new Piece.Changes(new TestPosition(end - 3), rows, 300L * atOnce));
        }
    }
}
