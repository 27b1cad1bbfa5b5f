package io.syncline.engine.stream;

import static io.syncline.engine.stream.ScriptedStream.delete;
import static io.syncline.engine.stream.ScriptedStream.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.Positions;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.api.task.DdlKind;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.Operation;
import io.syncline.engine.run.Stage.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamReaderTest {

    private static final ModelTable TABLE = ModelTable.PLAIN;
    private static final Set<Operation> ALL = Set.of(Operation.values());

    private final ScriptedStream stream = new ScriptedStream();
    private final ConfirmLedger confirms = new ConfirmLedger();
    private final List<TableSchema> outdated = new ArrayList<>();
    private List<Skip> skips = List.of();
    private BatchQueue queue = new BatchQueue(1 << 20);
    private DdlPolicy ddl = DdlPolicy.DEFAULT;
    private boolean loadable = true;

    @Test
    void t38CutsALargeTransactionIntoPieces() throws InterruptedException {
        ChangeEvent[] inserts = new ChangeEvent[10];
        for (int i = 0; i < 10; i++) {
            inserts[i] = insert(TABLE, i);
        }
        stream.transaction(10, inserts);
        StreamLimits limits = new StreamLimits(1 << 20, 32, 256, Duration.ZERO, 1 << 20, Duration.ZERO);

        reader(limits, ALL, null).poll();

        assertThat(pieces()).containsExactly("4 changes", "4 changes", "2 changes", "end 10");
    }

    @Test
    void t39FullQueueIsWaitedForWhileTheConnectionIsKeptAlive() throws InterruptedException {
        queue = new BatchQueue(1);
        stream.transaction(10, insert(TABLE, 1)).transaction(20, insert(TABLE, 2));
        StreamReader reader = reader(ALL, null);

        assertThat(reader.poll()).isEqualTo(Progress.WORKED);
        int polls = stream.polls;
        assertThat(reader.poll()).isEqualTo(Progress.BLOCKED);
        assertThat(reader.poll()).isEqualTo(Progress.BLOCKED);
        assertThat(stream.polls).as("nothing is read").isEqualTo(polls);
        assertThat(stream.keptAlive).as("T39").isEqualTo(2);

        queue.remove();
        assertThat(reader.poll()).isEqualTo(Progress.WORKED);
    }

    @Test
    void i1ConfirmsWhatIsDurableAndNothingElse() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1)).transaction(20, insert(TABLE, 2));
        StreamReader reader = reader(ALL, null);
        reader.poll();
        assertThat(stream.confirmed).as("I1").isEmpty();

        confirms.durable(new TestPosition(10));
        reader.poll();
        reader.poll();

        assertThat(stream.confirmed).containsExactly(new TestPosition(10));
    }

    @Test
    void transactionWithoutACarriedChangeIsIdleness() throws InterruptedException {
        stream.transaction(10, insert(ModelTable.NUMBERED, 1)).transaction(20);
        stream.events.add(new ChangeEvent.Idle(new TestPosition(15)));
        stream.events.add(new ChangeEvent.Idle(new TestPosition(30)));

        reader(ALL, null).poll();

        assertThat(pieces()).containsExactly("idle 30");
    }

    @Test
    void t14ChangesOfAKindThatWasNotChosenAreLeftOut() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1), delete(TABLE, 1), truncate());

        reader(Set.of(Operation.INSERT), null).poll();

        assertThat(pieces()).as("T14").containsExactly("1 changes", "end 10");
    }

    /** docs/design/skip.md: the one that was named, by what its beginning says of it, and no other. */
    @Test
    void aTransactionIsLeftOutAndCounted() throws InterruptedException {
        skips = List.of(new Skip(7, "t20", new TestPosition(17), new TestPosition(20)));
        stream.transaction(10, insert(TABLE, 1))
                .transaction(20, insert(TABLE, 2), insert(TABLE, 3), delete(TABLE, 1), truncate())
                .transaction(30, insert(TABLE, 4));

        reader(Set.of(Operation.INSERT, Operation.DELETE, Operation.TRUNCATE), null)
                .poll();

        assertThat(pieces())
                .containsExactly(
                        "1 changes",
                        "end 10",
                        "7: left out the transaction t20 that ends at 20: 2 INSERT of "
                                + TABLE.route().source().table() + ", 1 DELETE of "
                                + TABLE.route().source().table() + ", 1 TRUNCATE of "
                                + TABLE.route().source().table(),
                        "end 20",
                        "1 changes",
                        "end 30");
    }

    @Test
    void noTransactionLikeItIsLeftOut() throws InterruptedException {
        skips = List.of(
                new Skip(7, "t10", new TestPosition(17), new TestPosition(10)),
                new Skip(8, "another", new TestPosition(17), new TestPosition(20)));
        stream.transaction(10, insert(TABLE, 1)).transaction(20, insert(TABLE, 2));

        reader(ALL, null).poll();

        assertThat(pieces()).containsExactly("1 changes", "end 10", "1 changes", "end 20");
    }

    @Test
    void nothingIsLeftOutThatIsNotWhatItWas() {
        skips = List.of(new Skip(7, "t20", new TestPosition(17), new TestPosition(21)));
        stream.transaction(20, insert(TABLE, 2));

        assertThatThrownBy(() -> reader(ALL, null).poll())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN))
                .hasMessageContaining("it ends at 20");
        assertThat(queue.bytes()).as("what was handed on").isZero();
    }

    @Test
    void nothingIsLeftOutThatAltersATable() {
        skips = List.of(new Skip(7, "t20", new TestPosition(17), new TestPosition(20)));
        stream.transaction(20, new ChangeEvent.Dropped(TABLE.route().source()));

        assertThatThrownBy(() -> reader(ALL, null).poll())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN))
                .hasMessageContaining("Dropped");
    }

    @Test
    void t26TransactionsThatTheTableHoldsAlreadyAreSkipped() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1))
                .transaction(20, insert(TABLE, 2), truncate())
                .transaction(30, insert(TABLE, 3));

        reader(ALL, 17L).poll();

        assertThat(pieces()).as("T26").containsExactly("idle 20", "1 changes", "end 30");
    }

    @Test
    void t24TableOfAnotherShapeStopsTheTask() {
        TableSchema planned = TABLE.route().source();
        List<Column> columns = new ArrayList<>(planned.columns());
        columns.set(1, new Column("a", new ColumnType("integer", "integer", 23, TextForm.UNIQUE), true, false));
        columns.add(new Column("more", columns.getFirst().type(), true, false));
        TableSchema now = new TableSchema(planned.table(), planned.version(), columns, planned.key());
        stream.transaction(10, new ChangeEvent.Insert(now, RowBuilder.of("1", "2", "d", "m")));

        assertSchemaChanged("public.plain", "column a is integer now, planned UNIQUE", "column more is new");
    }

    @Test
    void anotherTableUnderTheNameStopsTheTask() {
        TableSchema planned = TABLE.route().source();
        TableSchema now = new TableSchema(planned.table(), 99, planned.columns(), planned.key());
        stream.transaction(10, new ChangeEvent.Insert(now, RowBuilder.of("1", "a", "d")));

        assertSchemaChanged("public.plain", "another table has its name now");
    }

    /** Its rows would otherwise be taken for those of a table that was not chosen. */
    @Test
    void renamedTableStopsTheTask() {
        TableSchema planned = TABLE.route().source();
        TableSchema now = new TableSchema(
                new TableId("src", "public", "renamed"), planned.version(), planned.columns(), planned.key());
        stream.transaction(10, new ChangeEvent.Insert(now, RowBuilder.of("1", "a", "d")));

        assertSchemaChanged("public.plain", "it is called public.renamed now");
    }

    @Test
    void announcedChangeOfACarriedTableStopsTheTask() {
        TableSchema planned = TABLE.route().source();
        Key key = planned.key();
        TableSchema now = new TableSchema(
                planned.table(),
                planned.version(),
                planned.columns(),
                new Key(key.kind(), key.columns(), !key.deferrable()));
        stream.transaction(10, new ChangeEvent.SchemaChange(planned, now));

        assertSchemaChanged("public.plain", "its definition was altered");
    }

    /** Rows before it go out on the old way, rows after it on the new. */
    @Test
    void t10AnAlterationIsABarrier() throws InterruptedException {
        TableSchema planned = TABLE.route().source();
        stream.transaction(
                10,
                insert(TABLE, 1),
                insert(TABLE, 2),
                new ChangeEvent.Altered(planned, planned, Map.of(), false, ""),
                insert(TABLE, 3));

        reader(ALL, null).poll();

        assertThat(pieces()).containsExactly("2 changes", "alter public.plain", "1 changes", "end 10");
    }

    /** T10: the ledger knows before the attempt ends. */
    @Test
    void t10ATableWhoseRowsAreRewrittenIsNotedToBeLoadedAnew() {
        TableSchema planned = TABLE.route().source();
        stream.transaction(
                        10,
                        insert(TABLE, 1),
                        new ChangeEvent.Altered(planned, planned, Map.of(), true, ""),
                        insert(TABLE, 2))
                .transaction(20, insert(TABLE, 3));

        assertThatThrownBy(() -> reader(ALL, null).poll())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_MOVED));
        assertThat(outdated).containsExactly(planned);
    }

    /** T26: a table that was loaded after its alterations skips them with its rows. */
    @Test
    void t26AlterationsBeforeTheLoadAreSkipped() throws InterruptedException {
        TableSchema planned = TABLE.route().source();
        stream.transaction(10, new ChangeEvent.Altered(planned, planned, Map.of(), true, ""), insert(TABLE, 1))
                .transaction(20, insert(TABLE, 2));

        reader(ALL, 15L).poll();

        assertThat(outdated).isEmpty();
        assertThat(pieces()).containsExactly("idle 10", "1 changes", "end 20");
    }

    @Test
    void t9ATruncatedPartitionOfATableWithoutItLoadsTheTableAnewOrStopsTheTask() {
        stream.transaction(10, insert(TABLE, 1), truncatedPartition());
        assertThatThrownBy(() -> reader(ALL, null).poll())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_MOVED));
        assertThat(outdated).containsExactly(TABLE.route().source());

        again();
        loadable = false;
        stream.transaction(10, insert(TABLE, 1), truncatedPartition());
        assertSchemaChanged("public.plain_1", "public.plain", "TRUNCATE");
    }

    @Test
    void t9RowsThatMovedWithAPartitionLoadTheTableAnewUnlessItHoldsThem() throws InterruptedException {
        ChangeEvent moved = new ChangeEvent.Moved(TABLE.route().source(), "the partition plain_1 was attached");
        stream.transaction(10, insert(TABLE, 1), moved).transaction(20, insert(TABLE, 2));
        reader(ALL, 15L).poll();
        assertThat(outdated).isEmpty();
        assertThat(pieces()).containsExactly("idle 10", "1 changes", "end 20");

        again();
        stream.transaction(10, insert(TABLE, 1), moved);
        assertThatThrownBy(() -> reader(ALL, null).poll()).hasMessageContaining("plain_1 was attached");
        assertThat(outdated).containsExactly(TABLE.route().source());
    }

    /** What comes after it under the name is of another table. */
    @Test
    void aDroppedTableGoesInItsPlace() throws InterruptedException {
        stream.transaction(
                10, insert(TABLE, 1), new ChangeEvent.Dropped(TABLE.route().source()));
        ddl = new DdlPolicy(Set.of(DdlKind.DROP_TABLE));
        reader(ALL, null).poll();
        assertThat(pieces()).containsExactly("1 changes", "drop public.plain", "end 10");

        again();
        ddl = DdlPolicy.DEFAULT;
        stream.transaction(
                10, insert(TABLE, 1), new ChangeEvent.Dropped(TABLE.route().source()));
        assertSchemaChanged("public.plain", "was dropped", "dropTable");
    }

    @Test
    void t9ATruncatedPartitionEmptiesTheSamePartition() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1), truncatedPartition());
        RoutedTable kept = new RoutedTable(TABLE.route(), ALL, null, true);

        reader(new StreamLimits(1 << 20, 1_000, 256, Duration.ZERO, 1 << 20, Duration.ZERO), kept)
                .poll();

        Piece changes = queue.peek();
        assertThat(changes).isInstanceOf(Piece.Changes.class);
        queue.remove();
        assertThat(queue.peek())
                .isInstanceOfSatisfying(
                        Piece.Truncate.class,
                        truncate -> assertThat(truncate.tables())
                                .extracting(route -> route.destination().table().name())
                                .containsExactly("plain_1"));
    }

    @Test
    void changesOutsideOfATransactionAreRefused() {
        stream.events.add(insert(TABLE, 1));

        assertThatThrownBy(() -> reader(ALL, null).poll())
                .hasMessageContaining("outside of any transaction")
                .hasMessageContaining("I3");
    }

    @Test
    void i2TransactionThatWasDeliveredAlreadyIsRefused() {
        stream.transaction(10, insert(TABLE, 1)).transaction(10, insert(TABLE, 1));

        assertThatThrownBy(() -> reader(ALL, null).poll())
                .hasMessageContaining("position 10 after 10")
                .hasMessageContaining("applied already");
        assertThatThrownBy(queue::peek).as("I8: the applier stops too").isInstanceOf(SyncException.class);
    }

    @Test
    void finishesAtTheEndOfTheTransaction() throws InterruptedException {
        stream.transaction(10, insert(TABLE, 1)).transaction(20, insert(TABLE, 2));
        StreamReader reader = reader(ALL, null);
        stream.events.addFirst(new ChangeEvent.Idle(new TestPosition(5)));
        queue = new BatchQueue(1);

        reader.finish();

        assertThat(reader.poll()).isEqualTo(Progress.DONE);
        reader.close();
        assertThat(stream.closed).isTrue();
    }

    private void again() {
        stream.events.clear();
        queue = new BatchQueue(1 << 20);
    }

    private void assertSchemaChanged(String... words) {
        assertThatThrownBy(() -> reader(ALL, null).poll()).isInstanceOfSatisfying(SyncException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
            assertThat(e.getMessage()).contains(words);
            assertThat(e.remedy()).isNotBlank();
        });
    }

    private static ChangeEvent truncate() {
        return new ChangeEvent.Truncate(List.of(TABLE.route().source()), false, false);
    }

    private static ChangeEvent truncatedPartition() {
        TableSchema table = TABLE.route().source();
        return new ChangeEvent.Truncate(
                List.of(),
                List.of(new ChangeEvent.Truncate.Part(table, new TableId("src", "public", "plain_1"))),
                false,
                false);
    }

    private StreamReader reader(Set<Operation> operations, @Nullable Long exactFrom) {
        return reader(
                new StreamLimits(1 << 20, 1_000, 256, Duration.ZERO, 1 << 20, Duration.ZERO), operations, exactFrom);
    }

    private StreamReader reader(StreamLimits limits, Set<Operation> operations, @Nullable Long exactFrom) {
        Positions exact = exactFrom == null ? null : Positions.of(ModelDestination.STREAM, new TestPosition(exactFrom));
        return reader(limits, new RoutedTable(TABLE.route(), operations, exact));
    }

    private StreamReader reader(StreamLimits limits, RoutedTable table) {
        Routes routes = new Routes(List.of(table));
        return new StreamReader(
                stream,
                new TestPosition(0),
                new TransactionReader(
                        ModelDestination.STREAM,
                        routes,
                        new Alterations(ddl, new OneWay(_ -> table.route(), loadable)),
                        outdated::add,
                        limits,
                        skips),
                queue,
                confirms,
                Duration.ZERO);
    }

    private List<String> pieces() {
        List<String> pieces = new ArrayList<>();
        for (Piece piece = queue.peek(); piece != null; piece = queue.peek()) {
            pieces.add(
                    switch (piece) {
                        case Piece.Changes changes -> changes.changes().size() + " changes";
                        case Piece.Truncate truncate ->
                            "truncate " + truncate.tables().size();
                        case Piece.Alter(var _, var alteration) ->
                            "alter " + alteration.before().source().table();
                        case Piece.Drop(var _, var table, boolean keep) ->
                            (keep ? "let go " : "drop ") + table.source().table();
                        case Piece.LeftOut(var _, long command, String what) -> command + ": " + what;
                        case Piece.End(var position, Instant at) -> "end " + position.text();
                        case Piece.Idle(var position) -> "idle " + position.text();
                    });
            queue.remove();
        }
        return pieces;
    }
}
