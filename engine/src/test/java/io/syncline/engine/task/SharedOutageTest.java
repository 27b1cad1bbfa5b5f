package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.task.Retry;
import io.syncline.api.task.Task;
import io.syncline.testkit.memory.MemoryConnector;
import io.syncline.testkit.memory.destination.MemoryDestination;
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
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two tasks from one source to one destination, of which one gives up after half an hour, and the outage that both have. */
class SharedOutageTest {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration HEALTHY_FOR = Duration.ofMinutes(5);
    private static final Set<PortCall> OF_SOURCE = EnumSet.of(
            PortCall.SOURCE_CATALOG,
            PortCall.LOG_CHECK,
            PortCall.LOG_OPEN,
            PortCall.LOG_NOW,
            PortCall.STREAM_POLL,
            PortCall.STREAM_CONFIRM);

    private final MemoryServer server =
            new MemoryServer("shop", new MemoryServer.Traits(LogOrder.COUNTER, false, false, false, 10));
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final MemoryStore store = new MemoryStore(() -> now, () -> true, false);
    private final Ledger ledger = new MemoryDestination(store, "another process", Interference.NONE).ledger();
    private final List<TaskEvent> told = new ArrayList<>();
    private Runnable others = () -> {};

    SharedOutageTest() {
        for (String schema : List.of("patient", "hasty")) {
            TableSchema table = new TableSchema(
                    new TableId("shop", schema, "t"),
                    1,
                    List.of(new Column("id", MemoryType.INTEGER.columnType(), false, false)),
                    new Key(Key.Kind.PRIMARY, List.of(0), false));
            server.create(new TableDefinition(table, new StreamId("main"), false, List.of(), List.of()));
        }
        requireCaughtUp(MemoryTask.of("hasty", new Retry(PATIENCE, Duration.ofMinutes(10))));
    }

    @Test
    void theLessPatientTaskEndsTheRetriesOfBothAtTheirDestination() {
        Instant lost = now.plus(HEALTHY_FOR);
        Calls calls = new Calls(call -> !OF_SOURCE.contains(call), lost);
        others = new Hasty(calls, now.plusSeconds(60))::goOn;

        requireGivenUp(calls, ErrorCode.DESTINATION_UNREACHABLE);

        assertThat(Duration.between(lost, now)).isBetween(PATIENCE, PATIENCE.plusMinutes(1));
        assertThat(notices())
                .containsExactly(
                        "Lost connections are tried again for 30 minutes, not for 720 minutes: that is the window of the task hasty (task0000), which uses the same source and destination.");
    }

    /** The ledger is there all the time, and says of the other task that it has ended. */
    @Test
    void theLessPatientTaskEndsTheRetriesOfBothAtTheirSource() {
        Instant lost = now.plus(HEALTHY_FOR);
        Calls calls = new Calls(OF_SOURCE::contains, lost);
        others = new Hasty(calls, now.plusSeconds(60))::goOn;

        requireGivenUp(calls, ErrorCode.SOURCE_UNREACHABLE);

        assertThat(Duration.between(lost, now)).isBetween(PATIENCE, PATIENCE.plusMinutes(1));
        assertThat(ledger.task("task0001").orElseThrow().detail())
                .contains("the window of the task hasty (task0000), which uses the same source");
    }

    /** It never comes to the work beside which it looks. */
    @Test
    void aRunThatBeginsWithoutItsSourceKnowsOfTheOther() {
        requireCaughtUp(MemoryTask.of("patient", Retry.DEFAULT));
        Calls calls = new Calls(OF_SOURCE::contains, now);
        others = new Hasty(calls, now)::goOn;
        others.run();

        requireGivenUp(calls, ErrorCode.SOURCE_UNREACHABLE);

        assertThat(Duration.between(calls.from, now)).isBetween(PATIENCE, PATIENCE.plusMinutes(1));
    }

    @Test
    void aTaskThatDoesNotRunShortensNothing() {
        Instant lost = now.plus(HEALTHY_FOR);

        requireGivenUp(new Calls(call -> !OF_SOURCE.contains(call), lost), ErrorCode.DESTINATION_UNREACHABLE);

        assertThat(Duration.between(lost, now)).isGreaterThanOrEqualTo(Retry.DEFAULT.connection());
        assertThat(notices()).isEmpty();
    }

    private void requireCaughtUp(Task task) {
        assertThat(run(task, true, new Calls(_ -> false, now))).isInstanceOf(RunOutcome.CaughtUp.class);
    }

    /** The patient task runs until it fails for this. */
    private void requireGivenUp(Calls calls, ErrorCode cause) {
        assertThat(run(MemoryTask.of("patient", Retry.DEFAULT), false, calls))
                .isInstanceOfSatisfying(
                        RunOutcome.Failed.class,
                        failed -> assertThat(failed.cause().code()).isEqualTo(cause));
    }

    /** The process of the other task: it has the same outage, and lets go of its task when it gives up. */
    private final class Hasty {

        private final Calls calls;
        private final Instant begins;
        private @Nullable Lease lease;
        private boolean ended;

        Hasty(Calls calls, Instant begins) {
            this.calls = calls;
            this.begins = begins;
        }

        void goOn() {
            if (ended || now.isBefore(begins) || calls.fails(PortCall.LEASE_RENEW)) {
                return;
            }
            Lease held = lease;
            if (held == null) {
                lease = ledger.acquire("task0000", "another process", Duration.ZERO);
            } else if (now.isAfter(calls.from.plus(PATIENCE))) {
                ended = true;
                ledger.release(held);
            } else {
                ledger.renew(held);
            }
        }
    }

    /** Some fail from some moment on. */
    private final class Calls implements Interference {

        private final Predicate<PortCall> lost;
        private final Instant from;

        Calls(Predicate<PortCall> lost, Instant from) {
            this.lost = lost;
            this.from = from;
        }

        boolean fails(PortCall call) {
            return lost.test(call) && !now.isBefore(from);
        }

        @Override
        public void before(PortCall call) {
            if (fails(call)) {
                throw new ConnectionLost(call);
            }
        }
    }

    private RunOutcome run(Task task, boolean untilCaughtUp, Calls calls) {
        Connectors connectors = new Connectors(List.of(new MemoryConnector(server, store, calls)));
        Environment environment = new Environment(() -> now, CrashMarks.NONE, "process of " + task.name(), 2);
        return new TaskService(connectors, environment)
                .run(task, new RunOptions(untilCaughtUp, Set.of()), new TurnRuntime(this::pass), told::add)
                .run();
    }

    private List<String> notices() {
        return told.stream()
                .filter(TaskEvent.Notice.class::isInstance)
                .map(event -> ((TaskEvent.Notice) event).text())
                .toList();
    }

    private void pass(Duration duration) {
        now = now.plus(duration);
        others.run();
    }
}
