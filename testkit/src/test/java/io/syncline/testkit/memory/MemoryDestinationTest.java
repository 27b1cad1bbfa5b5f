package io.syncline.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Lease;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.testkit.memory.destination.MemoryDestination;
import io.syncline.testkit.memory.destination.MemoryStore;
import io.syncline.testkit.memory.fault.CommitFate;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.PortCall;
import io.syncline.testkit.memory.table.Cells;
import io.syncline.testkit.memory.table.MemoryType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryDestinationTest {

    private static final StreamId EAST = new StreamId("east");
    private static final TableId DOCS = new TableId("copy", "app", "docs");
    private static final TableSchema SCHEMA = new TableSchema(
            DOCS,
            1,
            List.of(
                    new Column("id", MemoryType.INTEGER.columnType(), false, false),
                    new Column("doc", MemoryType.TEXT.columnType(), true, false)),
            new Key(Key.Kind.PRIMARY, List.of(0), false));
    private static final TableRoute ROUTE = new TableRoute(SCHEMA, SCHEMA, List.of(0, 1));

    private final MemoryStore store = new MemoryStore(InstantSource.fixed(Instant.EPOCH), () -> true, false);
    private final Switch fate = new Switch();
    private final MemoryDestination destination = new MemoryDestination(store, "syncline task0000", fate);
    private final Lease lease = started();

    /** The position of a test: its text alone. */
    private record Step(String text) implements Position {
        @Override
        public boolean reached(Position target) {
            return text.compareTo(target.text()) >= 0;
        }

        @Override
        public Position merge(Position other) {
            return reached(other) ? this : other;
        }
    }

    private static final class Switch implements Interference {
        private CommitFate next = CommitFate.ANSWERED;

        @Override
        public CommitFate fate(PortCall call) {
            return call == PortCall.BATCH_COMMIT ? next : CommitFate.ANSWERED;
        }
    }

    private Lease started() {
        destination.ledger().install();
        String id =
                destination.ledger().register("t", "memory://shop", "").task().id();
        Lease taken = destination.ledger().acquire(id, "me", Duration.ZERO);
        destination.ledger().start(taken, new SourceIdentity("s", "1"), Positions.of(EAST, new Step("a")));
        try (var writer = writers(taken).schema()) {
            writer.create(new SchemaObject.Table(
                    DOCS,
                    List.of(
                            new SchemaObject.ColumnDefinition("id", "integer", null, true, null, null, null),
                            new SchemaObject.ColumnDefinition("doc", "text", null, false, null, null, null)),
                    List.of(),
                    false,
                    List.of(),
                    Partitioning.NONE,
                    Layout.UNSAID));
            writer.create(new SchemaObject.KeyConstraint(
                    DOCS, "docs_pkey", ObjectRef.Kind.PRIMARY_KEY, true, "PRIMARY KEY (id)"));
        }
        return taken;
    }

    private Destination.Writers writers(Lease under) {
        return destination.writers(under, CrashMarks.NONE);
    }

    private static Round round(Round.Mode mode, RoutedChange... changes) {
        return new Round(mode, List.of(), List.of(changes), List.of(changes));
    }

    private static RoutedChange insert(String id, String doc) {
        return new RoutedChange(
                ROUTE, new ChangeEvent.Insert(SCHEMA, Cells.of(id, doc).row()));
    }

    private String position() {
        return store.memory(lease.task(), Step::new)
                .streams()
                .getFirst()
                .position()
                .text();
    }

    @Test
    void nobodySeesRowsBeforeTheyCommitWithTheirPosition() {
        Applier.Transaction transaction =
                writers(lease).applier(EAST, ApplyRules.STRICT).begin(new Step("a"));
        transaction.apply(round(Round.Mode.STRICT, insert("1", "x")));
        assertThat(store.rows(DOCS)).isEmpty();
        assertThat(position()).isEqualTo("a");
        transaction.commit(new Step("b"));
        assertThat(store.rows(DOCS)).containsExactly(Cells.of("1", "x"));
        assertThat(position()).isEqualTo("b");
    }

    @ParameterizedTest
    @EnumSource(
            value = CommitFate.class,
            names = {"LOST_BEFORE", "LOST_AFTER", "UNDECIDED"})
    void aLostAnswerLeavesAllOrNothing(CommitFate lost) {
        Applier.Transaction transaction =
                writers(lease).applier(EAST, ApplyRules.STRICT).begin(new Step("a"));
        transaction.apply(round(Round.Mode.STRICT, insert("1", "x")));
        fate.next = lost;
        assertThatThrownBy(() -> transaction.commit(new Step("b")))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE));
        transaction.close();
        boolean committed = lost == CommitFate.LOST_AFTER;
        assertThat(position()).isEqualTo(committed ? "b" : "a");
        assertThat(store.rows(DOCS)).hasSize(committed ? 1 : 0);
        // Taking the task over waits for what the server has not decided (T20).
        new MemoryDestination(store, "syncline task0000", Interference.NONE)
                .ledger()
                .acquire(lease.task(), "other", Duration.ZERO);
        assertThat(position()).isEqualTo(lost == CommitFate.LOST_BEFORE ? "a" : "b");
    }

    @Test
    void anOlderEpochAndAnotherPositionAreFenced() {
        Applier applier = writers(lease).applier(EAST, ApplyRules.STRICT);
        assertFenced(() -> applier.begin(new Step("b")));
        new MemoryDestination(store, "syncline task0000", Interference.NONE)
                .ledger()
                .acquire(lease.task(), "other", Duration.ZERO);
        assertFenced(() -> applier.begin(new Step("a")));
        assertFenced(() -> destination.ledger().state(lease, "FAILED", ""));
    }

    private static void assertFenced(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
    }

    @Test
    void netChangesThatCollideAreAppliedInSourceOrder() {
        Applier applier = writers(lease).applier(EAST, ApplyRules.STRICT);
        try (Applier.Transaction transaction = applier.begin(new Step("a"))) {
            transaction.apply(round(Round.Mode.STRICT, insert("1", "x"), insert("2", "y")));
            transaction.commit(new Step("b"));
        }
        // 2 goes to 3 and 1 to 2: in the group's order the second takes a key that the first has not left.
        List<NetChange> moves = List.of(
                new NetChange(Cells.of("1", "x").row(), Cells.of("2", "x").row()),
                new NetChange(Cells.of("2", "y").row(), Cells.of("3", "y").row()));
        ChangeGroup group = new ChangeGroup(ROUTE, ChangeGroup.Kind.UPDATE, List.of(0, 1), moves);
        List<RoutedChange> sequence = List.of(update("2", "3", "y"), update("1", "2", "x"));
        try (Applier.Transaction transaction = applier.begin(new Step("b"))) {
            transaction.apply(new Round(Round.Mode.STRICT, List.of(group), List.of(), sequence));
            transaction.commit(new Step("c"));
        }
        assertThat(store.rows(DOCS)).containsExactlyInAnyOrder(Cells.of("2", "x"), Cells.of("3", "y"));
    }

    private static RoutedChange update(String from, String to, String doc) {
        Row before = Cells.of(from, null).only(List.of(0));
        return new RoutedChange(
                ROUTE, new ChangeEvent.Update(SCHEMA, before, Cells.of(to, doc).row()));
    }

    @Test
    void whileCatchingUpImagesAreUpsertsAndPartialOnesThatFindNoRowAreAskedFor() {
        RoutedChange partial = new RoutedChange(
                ROUTE,
                new ChangeEvent.Update(SCHEMA, null, Cells.of("7", "long").without(List.of(1))));
        Applier applier = writers(lease).applier(EAST, ApplyRules.STRICT);
        try (Applier.Transaction transaction = applier.begin(new Step("a"))) {
            List<RefetchRequest> requests =
                    transaction.apply(round(Round.Mode.CATCHING_UP, insert("1", "x"), insert("1", "y"), partial));
            transaction.request(requests);
            transaction.commit(new Step("b"));
        }
        assertThat(store.rows(DOCS)).containsExactly(Cells.of("1", "y"));
        assertThat(store.memory(lease.task(), Step::new).refetches()).hasSize(1);
        try (Applier.Transaction transaction = applier.begin(new Step("b"))) {
            assertThatThrownBy(() -> transaction.apply(round(Round.Mode.STRICT, partial)))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_ROW_MISSING));
        }
    }
}
