package io.syncline.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Column;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Key;
import io.syncline.api.model.Position;
import io.syncline.api.model.Row;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.HoldBack;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.source.LogOrder;
import io.syncline.testkit.memory.source.MemoryServer;
import io.syncline.testkit.memory.source.MemorySource;
import io.syncline.testkit.memory.source.SourceTransaction;
import io.syncline.testkit.memory.source.TableDefinition;
import io.syncline.testkit.memory.table.Cells;
import io.syncline.testkit.memory.table.MemoryType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemorySourceTest {

    private static final StreamId EAST = new StreamId("east");
    private static final TableId DOCS = new TableId("shop", "app", "docs");
    private static final TaskIdentity TASK = new TaskIdentity("t", "task0000");
    private static final TableSchema SCHEMA = new TableSchema(
            DOCS,
            1,
            List.of(
                    new Column("id", MemoryType.INTEGER.columnType(), false, false),
                    new Column("doc", MemoryType.TEXT.columnType(), true, false)),
            new Key(Key.Kind.PRIMARY, List.of(0), false));

    private MemoryServer server(LogOrder order, boolean physical) {
        MemoryServer server = new MemoryServer("shop", new MemoryServer.Traits(order, physical, false, false, 1));
        server.create(new TableDefinition(SCHEMA, EAST, false, List.of(1), List.of()));
        return server;
    }

    private static void insert(MemoryServer server, String... ids) {
        SourceTransaction transaction = server.begin(EAST);
        for (String id : ids) {
            transaction.insert(DOCS, Cells.of(id, "a document that is long"));
        }
        transaction.commit(Instant.EPOCH);
    }

    @ParameterizedTest
    @EnumSource(LogOrder.class)
    void anExactSnapshotAndItsStreamHoldEachTransactionOnce(LogOrder order) {
        MemoryServer server = server(order, true);
        MemorySource source = new MemorySource(server, Interference.NONE);
        insert(server, "1", "2", "3");
        ChangeLog log = source.changeLog(TASK);
        Snapshot snapshot = log.create(List.of(DOCS), Set.of());
        insert(server, "4");

        Position start = Objects.requireNonNull(snapshot.positions().of(EAST));
        assertThat(rows(snapshot, 200)).isEqualTo(3);
        List<ChangeEvent> events = events(log.open(EAST, start, List.of(), HoldBack.NONE));
        assertThat(events).hasSize(3);
        ChangeEvent.Begin begin = (ChangeEvent.Begin) events.get(0);
        ChangeEvent.Commit commit = (ChangeEvent.Commit) events.get(2);
        assertThat(start.reached(begin.containedFrom())).isFalse();
        assertThat(commit.position().reached(begin.containedFrom())).isTrue();
        assertThat(events(log.open(EAST, source.position(commit.position().text()), List.of(), HoldBack.NONE)))
                .isEmpty();
    }

    @Test
    void whatWasConfirmedCannotBeReadAgain() {
        MemoryServer server = server(LogOrder.COUNTER, true);
        MemorySource source = new MemorySource(server, Interference.NONE);
        ChangeLog log = source.changeLog(TASK);
        Position start = Objects.requireNonNull(
                log.create(List.of(DOCS), Set.of()).positions().of(EAST));
        insert(server, "1");
        ChangeStream stream = log.open(EAST, start, List.of(), HoldBack.NONE);
        assertThatThrownBy(() -> stream.confirm(server.end(EAST))).isInstanceOf(IllegalStateException.class);
        events(stream);
        stream.confirm(server.end(EAST));

        assertThatThrownBy(() -> log.open(EAST, start, List.of(), HoldBack.NONE))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_GAP));
        assertThatThrownBy(() -> log.requireIntact(io.syncline.api.model.Positions.of(EAST, start)))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_GAP));
    }

    @Test
    void anUpdateLeavesOutWhatIsLargeAndUnchangedAndTellsAnOldKeyOnlyWhenItChanged() {
        MemoryServer server = server(LogOrder.COUNTER, true);
        MemorySource source = new MemorySource(server, Interference.NONE);
        insert(server, "1");
        ChangeLog log = source.changeLog(TASK);
        Position start = Objects.requireNonNull(
                log.create(List.of(DOCS), Set.of()).positions().of(EAST));
        SourceTransaction transaction = server.begin(EAST);
        var row = transaction.rows(DOCS).getFirst();
        transaction.update(DOCS, row, row.cells().with(0, "2"));
        transaction.commit(Instant.EPOCH);

        ChangeEvent.Update update = (ChangeEvent.Update)
                events(log.open(EAST, start, List.of(), HoldBack.NONE)).get(1);
        assertThat(update.after().state(1)).isEqualTo(Row.State.UNCHANGED);
        assertThat(Objects.requireNonNull(update.before()).text(0)).isEqualTo("1");
        assertThat(Objects.requireNonNull(update.before()).state(1)).isEqualTo(Row.State.ABSENT);
    }

    @Test
    void anOpenSnapshotIsAheadOfNothingAndItsPositionMayBeAheadOfIt() {
        MemoryServer server = server(LogOrder.COUNTER, true);
        MemorySource source = new MemorySource(server, new Interference() {
            @Override
            public void meanwhile() {
                insert(server, "9");
            }
        });
        insert(server, "1");
        Snapshot snapshot = source.snapshots().open();

        assertThat(rows(snapshot, 200)).isEqualTo(1);
        assertThat(Objects.requireNonNull(snapshot.positions().of(EAST)).reached(server.end(EAST)))
                .isTrue();
        assertThat(snapshot.exact()).isFalse();
    }

    @Test
    void placesOfOneSnapshotMissRowsUnderAnotherAndKeysDoNot() {
        MemoryServer server = server(LogOrder.COUNTER, true);
        MemorySource source = new MemorySource(server, Interference.NONE);
        insert(server, "1", "2", "30", "4", "5");
        Snapshot first = source.snapshots().open();
        List<Chunk> places = first.plan(SCHEMA, 200, false);
        List<Chunk> keys = first.plan(SCHEMA, 200, true);
        assertThat(places).hasSize(3);
        assertThat(keys).hasSize(3);
        SourceTransaction transaction = server.begin(EAST);
        var row = transaction.rows(DOCS).getFirst();
        transaction.update(DOCS, row, row.cells().with(1, "moved"));
        transaction.commit(Instant.EPOCH);

        Snapshot second = source.snapshots().open();
        assertThat(count(second, places.subList(0, 2))).isEqualTo(3);
        assertThat(count(first, places)).isEqualTo(5);
        assertThat(count(second, keys)).isEqualTo(5);
        second.close();
        assertThatThrownBy(() -> count(second, keys))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SNAPSHOT_LOST));
    }

    private static int rows(Snapshot snapshot, long chunkBytes) {
        return count(snapshot, snapshot.plan(SCHEMA, chunkBytes, false));
    }

    private static int count(Snapshot snapshot, List<Chunk> chunks) {
        int rows = 0;
        for (Chunk chunk : chunks) {
            try (SnapshotReader reader = snapshot.reader();
                    SnapshotReader.Pages pages = reader.read(SCHEMA, chunk, List.of("id", "doc"))) {
                for (CopyPage page = pages.next(); page != null; page = pages.next()) {
                    rows += page.rows();
                }
            }
        }
        return rows;
    }

    private static List<ChangeEvent> events(ChangeStream stream) {
        List<ChangeEvent> events = new ArrayList<>();
        for (ChangeEvent event = stream.poll(Duration.ZERO); event != null; event = stream.poll(Duration.ZERO)) {
            events.add(event);
        }
        return events;
    }
}
