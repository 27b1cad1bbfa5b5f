package io.syncline.engine.stream;

import static io.syncline.engine.stream.ScriptedStream.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import io.syncline.api.port.RowFetcher;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.Operation;
import io.syncline.engine.run.Stage.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** In which order the applying stage does things, and what it does when one of them fails. */
class ApplyStageTest {

    private static final ModelTable TABLE = ModelTable.PLAIN;

    private final List<String> calls = new ArrayList<>();
    private final ScriptedStream stream = new ScriptedStream();
    private final Deque<RuntimeException> failures = new ArrayDeque<>();
    private final ModelDestination ledger = new ModelDestination(new ModelState(), 0, null);
    private List<RefetchRequest> requests = List.of();
    private final List<Round.Mode> modes = new ArrayList<>();
    private RowFetcher rows = (table, keys) -> {
        throw new AssertionError("no row is read");
    };
    private Runnable whileCommitting = () -> {};
    private Runnable whileClosing = () -> {};
    private Instant now = ScriptedStream.COMMITTED;
    private List<Skip> skips = List.of();
    private StreamPipeline pipeline = pipeline();

    @Test
    void i1ConfirmsOnlyWhatIsDurable() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1));

        pipeline.reader().poll();
        pipeline.applier().poll();
        pipeline.reader().poll();

        assertThat(calls)
                .containsExactly("begin 0", "apply 1", "BATCH_APPLYING", "commit 10", "BATCH_COMMITTED", "close");
        assertThat(stream.confirmed).as("I1: nobody knows that it is durable").isEmpty();

        now = now.plusSeconds(1);
        pipeline.applier().poll();
        pipeline.reader().poll();

        assertThat(calls).last().isEqualTo("durable");
        assertThat(stream.confirmed).as("I1").containsExactly(new TestPosition(10));
    }

    /** Or the source would keep its log until the clock has caught up. */
    @Test
    void aClockThatIsSetBackHoldsUpNoConfirmation() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1));
        pipeline.reader().poll();
        pipeline.applier().poll();
        now = now.minusSeconds(3600);

        pipeline.applier().poll();
        pipeline.reader().poll();

        assertThat(stream.confirmed).containsExactly(new TestPosition(10));
    }

    @Test
    void i1LastCommitIsDurableBeforeTheEnd() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1));
        pipeline.reader().poll();
        pipeline.finish();
        pipeline.reader().poll();

        while (pipeline.applier().poll() != Progress.DONE) {
            assertThat(calls).doesNotContain("durable");
        }

        assertThat(calls).last().isEqualTo("durable");
    }

    /** As when the reader's thread looks just before the commit returns. */
    @Test
    void i1ReaderSeesNoPositionThatIsNotDurable() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1));
        pipeline.reader().poll();
        whileCommitting = () -> {
            try {
                pipeline.reader().poll();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(stream.confirmed).as("I1").isEmpty();
        };

        pipeline.applier().poll();

        assertThat(calls).contains("commit 10");
    }

    @Test
    void truncateKeepsItsPlace() throws InterruptedException {
        stream.transaction(
                10,
                insert(TABLE, 1),
                new ChangeEvent.Truncate(List.of(TABLE.route().source()), true, true),
                insert(TABLE, 2));

        pipeline.reader().poll();
        pipeline.applier().poll();

        assertThat(calls)
                .containsExactly(
                        "begin 0",
                        "apply 1",
                        "BATCH_APPLYING",
                        "truncate true true",
                        "TRUNCATED",
                        "apply 1",
                        "commit 10",
                        "BATCH_COMMITTED",
                        "close");
    }

    @Test
    void t38LargeTransactionIsOneDestinationTransaction() throws InterruptedException {
        large(10, 25);

        pipeline.reader().poll();
        for (int i = 0; i < 5; i++) {
            pipeline.applier().poll();
        }

        assertThat(calls)
                .as("T38")
                .containsExactly(
                        "begin 0",
                        "apply 10",
                        "BATCH_APPLYING",
                        "LARGE_TRANSACTION_ROUND",
                        "apply 10",
                        "BATCH_APPLYING",
                        "LARGE_TRANSACTION_ROUND",
                        "apply 5",
                        "BATCH_APPLYING",
                        "commit 10",
                        "BATCH_COMMITTED",
                        "close");
    }

    @Test
    void t42BusyDestinationGetsTheBatchAgain() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1));
        failures.add(busy());
        failures.add(busy());

        pipeline.reader().poll();
        pipeline.applier().poll();

        assertThat(calls)
                .as("T42")
                .containsSubsequence("begin 0", "close", "begin 0", "close", "begin 0", "commit 10", "close");
    }

    @Test
    void busyDestinationIsNotWaitedForEndlessly() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1));
        failures.addAll(List.of(busy(), busy(), busy()));
        pipeline.reader().poll();

        assertThatThrownBy(() -> pipeline.applier().poll()).hasMessage("busy");
    }

    /** Its earlier rounds are not in memory any more: the task goes on from its ledger. */
    @Test
    void partOfALargeTransactionIsNotAppliedAgain() throws InterruptedException {
        large(10, 25);
        pipeline.reader().poll();
        pipeline.applier().poll();
        failures.add(busy());

        assertThatThrownBy(() -> pipeline.applier().poll()).hasMessage("busy");
        assertThat(calls).filteredOn("begin 0"::equals).hasSize(1);
        assertThat(calls).last().as("rolled back").isEqualTo("close");
    }

    @Test
    void i8FirstFailureStopsBothStages() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1));
        SyncException first = new SyncException(ErrorCode.DESTINATION_UNREACHABLE, "first", "");
        failures.add(first);
        pipeline.reader().poll();

        assertThatThrownBy(() -> pipeline.applier().poll()).isSameAs(first);
        assertThatThrownBy(() -> pipeline.reader().poll()).as("I8").isSameAs(first);
        assertThatThrownBy(() -> pipeline.applier().poll()).isSameAs(first);
        assertThat(stream.confirmed).isEmpty();
    }

    @Test
    void i2WhatIsCommittedIsNotAppliedAgainWhateverFailsBehindIt() throws InterruptedException {
        SyncException late = new SyncException(ErrorCode.DESTINATION_SCHEMA, "late", "");
        stream.transaction(10, insert(TABLE, 1)).transaction(20, insert(TABLE, 2));
        pipeline.reader().poll();
        whileClosing = () -> {
            whileClosing = () -> {};
            throw late;
        };

        assertThatThrownBy(() -> pipeline.applier().poll()).isSameAs(late);
        assertThat(calls).filteredOn(call -> call.startsWith("commit")).containsExactly("commit 20");
    }

    /** So that it can be told from the others: which one fails is known when each is applied alone. */
    @Test
    void theTransactionThatFailsIsNamedAndThoseBeforeItStay() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1), insert(TABLE, 2))
                .transaction(20, new ChangeEvent.Truncate(List.of(TABLE.route().source()), false, false))
                .transaction(30, insert(TABLE, 3))
                .transaction(40, insert(TABLE, 4));
        failures.add(new SyncException(ErrorCode.VALUE_REJECTED, "in one of them", ""));
        pipeline.reader().poll();
        whileCommitting = () -> {
            if (ledger.position() == 10) {
                failures.add(new SyncException(ErrorCode.VALUE_REJECTED, "alone", "mend it")
                        .ofTable(TABLE.route().source().table()));
            }
        };

        assertThatThrownBy(() -> pipeline.applier().poll())
                .isInstanceOfSatisfying(SyncException.class, e -> {
                    assertThat(e.table()).isEqualTo(TABLE.route().source().table());
                    assertThat(e.remedy()).isEqualTo("mend it");
                })
                .hasMessage("alone; in the source transaction that ends at 30");
        assertThat(calls)
                .filteredOn(call -> !call.startsWith("BATCH") && !call.equals("TRUNCATED"))
                .containsExactly(
                        "begin 0",
                        "apply 2",
                        "close",
                        "begin 0",
                        "apply 2",
                        "commit 10",
                        "close",
                        "begin 10",
                        "truncate false false",
                        "commit 20",
                        "close",
                        "begin 20",
                        "apply 1",
                        "close");
    }

    @Test
    void theEndOfALargeTransactionIsReadToBeforeItsFailureIsTold() throws InterruptedException {
        large(10, 25);
        failures.add(new SyncException(ErrorCode.VALUE_REJECTED, "early", ""));
        pipeline.reader().poll();

        assertThat(pipeline.applier().poll()).isEqualTo(Progress.WORKED);
        assertThat(pipeline.applier().poll()).isEqualTo(Progress.WORKED);
        assertThatThrownBy(() -> pipeline.applier().poll())
                .hasMessage("early; in the source transaction that ends at 10");
        assertThat(calls).as("nothing more is tried").containsExactly("begin 0", "apply 10", "close");
    }

    /** The answer, and with it the note of what was left out, goes with the position. */
    @Test
    void i2WhatIsLeftOutIsAnsweredWithThePosition() throws InterruptedException {
        skips = List.of(new Skip(7, "t10", new TestPosition(7), new TestPosition(10)));
        pipeline = pipeline();
        stream.transaction(10, insert(TABLE, 1));
        pipeline.reader().poll();
        pipeline.applier().poll();

        assertThat(calls).containsExactly("begin 0", "answer 7", "commit 10", "BATCH_COMMITTED", "close");
    }

    @Test
    void readersFailureStopsTheApplier() throws InterruptedException {
        SyncException lost = new SyncException(ErrorCode.SOURCE_UNREACHABLE, "lost", "");
        stream.failure = lost;

        assertThatThrownBy(() -> pipeline.reader().poll()).isSameAs(lost);
        assertThatThrownBy(() -> pipeline.applier().poll()).isSameAs(lost);
    }

    @Test
    void t18IdlePositionIsWrittenEveryTenSecondsAndConfirmedAfterwards() throws InterruptedException {
        idle(5);
        assertThat(stream.confirmed).as("T18: the ledger does not hold it").isEmpty();
        assertThat(pipeline.progress().applied()).isEqualTo(new TestPosition(5));

        now = now.plusSeconds(10);
        idle(6);
        assertThat(ledger.position()).isEqualTo(6);
        assertThat(stream.confirmed).containsExactly(new TestPosition(6));

        now = now.plusSeconds(9);
        idle(7);
        assertThat(ledger.position()).isEqualTo(6);
    }

    @Test
    void finishingWritesTheLastPosition() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1));
        stream.events.add(new ChangeEvent.Idle(new TestPosition(15)));
        pipeline.reader().poll();
        pipeline.finish();

        assertThat(pipeline.reader().poll()).isEqualTo(Progress.DONE);
        assertThat(pipeline.applier().poll()).isEqualTo(Progress.WORKED);
        assertThat(pipeline.applier().poll()).isEqualTo(Progress.DONE);
        assertThat(ledger.position()).isEqualTo(15);
    }

    @Test
    void closingInTheMiddleRollsBack() throws InterruptedException {
        large(10, 25);
        pipeline.reader().poll();
        pipeline.applier().poll();

        pipeline.applier().close();

        assertThat(calls).endsWith("close", "applier closed");
    }

    /** After catching up only a conflict asks for a row: changes between here and where it is read are in it already, so that they are not applied strictly. */
    @Test
    void t25AConflictsRowIsReadAgainAndTheStreamCatchesUpWithIt() throws InterruptedException {
        requests = List.of(new RefetchRequest(TABLE.route(), key()));
        rows = (table, keys) ->
                new RowFetcher.Fetched(List.of(), Positions.of(ModelDestination.STREAM, new TestPosition(30)));
        stream.transaction(10, insert(TABLE, 1));
        pipeline.reader().poll();
        pipeline.applier().poll();
        requests = List.of();
        stream.transaction(20, insert(TABLE, 2));
        stream.transaction(40, insert(TABLE, 3));
        pipeline.reader().poll();
        while (!calls.contains("commit 40")) {
            pipeline.applier().poll();
        }

        assertThat(calls)
                .containsSubsequence("request 1", "commit 10", "refetched", "commit 20", "caught up", "commit 40");
        assertThat(modes).containsExactly(Round.Mode.STRICT, Round.Mode.CATCHING_UP, Round.Mode.STRICT);
    }

    private void idle(long position) throws InterruptedException {
        stream.events.add(new ChangeEvent.Idle(new TestPosition(position)));
        pipeline.reader().poll();
        assertThat(pipeline.applier().poll()).isEqualTo(Progress.IDLE);
        pipeline.reader().poll();
    }

    private void large(long end, int changes) {
        ChangeEvent[] inserts = new ChangeEvent[changes];
        for (int i = 0; i < changes; i++) {
            inserts[i] = insert(TABLE, i);
        }
        stream.transaction(end, inserts);
    }

    private static Row key() {
        return ((ChangeEvent.Delete) ScriptedStream.delete(TABLE, 1)).before();
    }

    private static SyncException busy() {
        return new SyncException(ErrorCode.DESTINATION_BUSY, "busy", "");
    }

    private StreamPipeline pipeline() {
        return new StreamPipeline(
                new StreamStart(ModelDestination.STREAM, new TestPosition(0), null, List.of(), skips),
                new StreamPorts(
                        stream,
                        new Recorder(),
                        (table, keys) -> rows.fetch(table, keys),
                        new NoShaper(),
                        new AdvanceOnlyLedger(ledger),
                        new Lease("t", 1),
                        new Alterations(DdlPolicy.DEFAULT, new OneWay(_ -> TABLE.route(), true))),
                new Routes(List.of(new RoutedTable(TABLE.route(), Set.of(Operation.values()), null))),
                new StreamLimits(1 << 20, 10, 256, Duration.ofMillis(5), 1 << 20, Duration.ZERO),
                (id, applied) -> calls.add("caught up"),
                mark -> calls.add(mark.name()),
                () -> now);
    }

    /** Notes what it is told, and fails when the test says so. */
    private final class Recorder implements Applier {

        @Override
        public Transaction begin(Position previous) {
            calls.add("begin " + previous.text());
            return new Transaction() {
                @Override
                public List<RefetchRequest> apply(Round round) {
                    calls.add("apply " + round.sequence().size());
                    modes.add(round.mode());
                    @Nullable RuntimeException failure = failures.poll();
                    if (failure != null) {
                        throw failure;
                    }
                    return requests;
                }

                @Override
                public void truncate(List<TableRoute> tables, boolean cascade, boolean restartIdentity) {
                    calls.add("truncate " + cascade + " " + restartIdentity);
                }

                @Override
                public void alter(TableAlteration alteration) {
                    calls.add("alter " + alteration.changes().size());
                }

                @Override
                public void drop(TableRoute table, boolean keep) {
                    calls.add("drop " + table.destination().table());
                }

                @Override
                public void refetched(TableRoute route, List<Row> asked, List<Row> found, Positions readAt) {
                    calls.add("refetched");
                }

                @Override
                public void request(List<RefetchRequest> wanted) {
                    calls.add("request " + wanted.size());
                }

                @Override
                public void answer(long command, CommandLog.Answer answer) {
                    calls.add("answer " + command);
                }

                @Override
                public void commit(Position position) {
                    whileCommitting.run();
                    calls.add("commit " + position.text());
                    ledger.advance(previous, position);
                }

                @Override
                public void close() {
                    calls.add("close");
                    whileClosing.run();
                }
            };
        }

        @Override
        public void makeDurable() {
            calls.add("durable");
        }

        @Override
        public void close() {
            calls.add("applier closed");
        }
    }
}
