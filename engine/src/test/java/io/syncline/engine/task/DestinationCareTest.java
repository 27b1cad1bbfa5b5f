package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Upkeep.DeadRows;
import io.syncline.api.task.Retry;
import io.syncline.testkit.memory.MemoryConnector;
import io.syncline.testkit.memory.destination.MemoryStore;
import io.syncline.testkit.memory.fault.ConnectionLost;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.PortCall;
import io.syncline.testkit.memory.source.LogOrder;
import io.syncline.testkit.memory.source.MemoryServer;
import io.syncline.testkit.memory.source.TableDefinition;
import io.syncline.testkit.memory.table.MemoryType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A task that runs for hours at a destination whose dead rows nobody takes away, which tests do by the clock. */
class DestinationCareTest {

    private static final TableId A = new TableId("copy", "shop", "a");
    private static final TableId B = new TableId("copy", "shop", "b");
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

    private final MemoryServer server =
            new MemoryServer("shop", new MemoryServer.Traits(LogOrder.COUNTER, false, false, false, 10));
    private Instant now = BEGIN;
    private final MemoryStore store = new MemoryStore(() -> now, () -> true, false);
    private final List<String> told = new ArrayList<>();
    private final List<Instant> looks = new ArrayList<>();
    private final NavigableMap<Instant, Runnable> todo = new TreeMap<>();
    private final TurnRuntime runtime = new TurnRuntime(this::pass);
    private final Set<PortCall> failing = EnumSet.noneOf(PortCall.class);
    private int retries;

    DestinationCareTest() {
        for (String name : List.of("a", "b")) {
            TableSchema table = new TableSchema(
                    new TableId("shop", "shop", name),
                    name.charAt(0),
                    List.of(new Column("id", MemoryType.INTEGER.columnType(), false, false)),
                    new Key(Key.Kind.PRIMARY, List.of(0), false));
            server.create(new TableDefinition(table, new StreamId("main"), false, List.of(), List.of()));
        }
    }

    @Test
    void aTableIsToldOfOnceAndAgainAfterItWasClean() {
        store.deadRows(A, 99_999, 0);
        // Too few, then no more than a fifth of the live ones, then told of.
        after(Duration.ofMinutes(15), () -> store.deadRows(A, 1_200_000, 6_000_000));
        after(Duration.ofMinutes(25), () -> store.deadRows(A, 1_200_005, 6_000_000));
        after(Duration.ofMinutes(35), () -> requireTold(1));
        // To and fro about the mark.
        after(Duration.ofMinutes(36), () -> store.deadRows(A, 1_200_000, 6_500_000));
        after(Duration.ofMinutes(46), () -> store.deadRows(A, 1_400_000, 6_500_000));
        after(Duration.ofMinutes(57), () -> requireTold(1));
        after(Duration.ofMinutes(58), () -> store.vacuum(A));
        after(Duration.ofMinutes(69), () -> store.deadRows(A, 1_500_000, 6_500_000));
        runFor(Duration.ofMinutes(90));

        requireTold(2);
        assertThat(told.getFirst())
                .contains(
                        "destination memory://copy does not take dead rows away",
                        "statements that read them become slower",
                        "when it is quiet, table by table",
                        "shop.a has 1200005 dead and 6000000 live rows: clean shop.a");
        assertThat(told.getLast()).contains("shop.a has 1500000 dead");
    }

    @Test
    void itLooksEveryTenMinutes() {
        store.deadRows(A, 1, 1);
        runFor(Duration.ofMinutes(61));

        // Another one as the streams are entered.
        assertThat(looks).hasSizeBetween(7, 8);
        Instant last = looks.removeLast();
        assertThat(Duration.between(looks.getLast(), last))
                .isBetween(DestinationCare.EVERY, DestinationCare.EVERY.plusSeconds(1));
    }

    @Test
    void tablesThatCrossTogetherAreToldTogetherTheWorstFirst() {
        store.deadRows(A, 200_000, 1_000);
        store.deadRows(B, 300_000, 1_000);
        store.deadRows(new TableId("copy", "shop", "another"), 900_000, 0);
        runFor(Duration.ofMinutes(1));

        requireTold(1);
        assertThat(told.getFirst())
                .containsSubsequence("shop.b has 300000", "shop.a has 200000")
                .doesNotContain("another");
    }

    @Test
    void anAttemptThatEndsForgetsNothing() {
        store.deadRows(A, 200_000, 1_000);
        after(Duration.ofMinutes(5), () -> failing.add(PortCall.LEASE_RENEW));
        after(Duration.ofMinutes(6), () -> failing.clear());
        runFor(Duration.ofMinutes(30));

        assertThat(retries).isPositive();
        requireTold(1);
    }

    @Test
    void aLookThatFailsHarmsNothingAndIsTriedAgain() {
        store.deadRows(A, 200_000, 1_000);
        failing.add(PortCall.DEAD_ROWS_READ);
        after(Duration.ofMinutes(15), () -> {
            requireTold(0);
            failing.clear();
        });
        runFor(Duration.ofMinutes(30));

        assertThat(retries).isZero();
        requireTold(1);
    }

    @Test
    void statusTellsWhatIsThereNow() {
        store.deadRows(A, 200_000, 1_000);
        store.deadRows(B, 99_999, 0);
        runFor(Duration.ofMinutes(1));

        assertThat(crowded()).extracting(DeadRows::table).containsExactly(A);
        failing.add(PortCall.DEAD_ROWS_READ);
        assertThat(crowded()).isEmpty();
        failing.clear();
        store.vacuum(A);
        assertThat(crowded()).isEmpty();
    }

    private void requireTold(int times) {
        assertThat(told).hasSize(times);
    }

    private void after(Duration elapsed, Runnable doing) {
        todo.put(BEGIN.plus(elapsed), doing);
    }

    private void runFor(Duration length) {
        after(length, runtime::stop);
        RunOutcome outcome = service()
                .run(MemoryTask.of("shop", Retry.DEFAULT), new RunOptions(false, Set.of()), runtime, this::hear)
                .run();
        assertThat(outcome).isInstanceOf(RunOutcome.Stopped.class);
    }

    private List<DeadRows> crowded() {
        return service()
                .status(MemoryTask.of("shop", Retry.DEFAULT))
                .orElseThrow()
                .crowded();
    }

    private TaskService service() {
        Interference calls = new Interference() {
            @Override
            public void before(PortCall call) {
                if (call == PortCall.DEAD_ROWS_READ) {
                    looks.add(now);
                }
                if (failing.contains(call)) {
                    throw new ConnectionLost(call);
                }
            }
        };
        return new TaskService(
                new Connectors(List.of(new MemoryConnector(server, store, calls))),
                new Environment(() -> now, CrashMarks.NONE, "process", 2));
    }

    private void hear(TaskEvent event) {
        switch (event) {
            case TaskEvent.Notice notice -> told.add(notice.text());
            case TaskEvent.Retrying _ -> retries++;
            case TaskEvent.StateChanged _,
                    TaskEvent.PrecheckDone _,
                    TaskEvent.ObjectsMade _,
                    TaskEvent.LoadProgress _,
                    TaskEvent.Streaming _ -> {}
        }
    }

    private void pass(Duration duration) {
        now = now.plus(duration);
        while (!todo.isEmpty() && !now.isBefore(todo.firstKey())) {
            todo.pollFirstEntry().getValue().run();
        }
    }
}
