package io.syncline.engine.simulation;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.engine.stream.StreamProgress;
import io.syncline.testkit.memory.source.TableDefinition;
import io.syncline.testkit.memory.table.Cells;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must be true after every destination transaction and at every confirmation. The first breach is kept. */
final class Invariants {

    /** What one change may be larger than the queue. */
    private static final long LARGEST_CHANGE = 4096;

    private final World world;
    private final Map<StreamId, Position> applied = new HashMap<>();
    private @Nullable AssertionError breach;
    private int compared;

    Invariants(World world) {
        this.world = world;
    }

    void requireNone() {
        if (breach != null) {
            throw breach;
        }
    }

    /** How often rows of a table were compared. */
    int compared() {
        return compared;
    }

    /** A destination transaction has committed. */
    void committed(Lease lease) {
        if (!world.store().tasks().contains(lease.task())) {
            return;
        }
        TaskMemory memory = world.memory(lease.task());
        require(
                memory.task().epoch() == lease.epoch(),
                "I7: a transaction under epoch " + lease.epoch() + " committed after epoch "
                        + memory.task().epoch() + " had begun");
        for (StreamEntry stream : memory.streams()) {
            Position before = applied.put(stream.stream(), stream.position());
            // A start that no chunk was read under may be replaced by a later one, which has reached it.
            require(
                    before == null || stream.position().reached(before),
                    "I2: the position of " + stream.stream() + " went back");
            if (isInStep(memory, stream)) {
                compare(stream.stream(), stream.position());
            }
        }
    }

    /** True when a stream's tables must be as the source's were at its position. */
    private boolean isInStep(TaskMemory memory, StreamEntry stream) {
        Position synchronizedFrom = stream.synchronizedFrom();
        if (synchronizedFrom != null) {
            return stream.position().reached(synchronizedFrom);
        }
        Set<TableId> ours =
                tables(stream.stream()).stream().map(TableDefinition::id).collect(Collectors.toSet());
        List<TableEntry> entries = memory.tables().stream()
                .filter(table -> ours.contains(table.source()))
                .toList();
        return entries.size() == ours.size()
                && stream.catchUpTo() == null
                && memory.refetches().stream().noneMatch(refetch -> ours.contains(refetch.source()))
                && entries.stream().allMatch(table -> isReached(table, stream));
    }

    private static boolean isReached(TableEntry table, StreamEntry stream) {
        return table.status() == LoadStatus.KEYED
                && table.chunks().stream().allMatch(chunk -> {
                    var done = chunk.done();
                    Position readAt = done == null ? null : done.readAt().of(stream.stream());
                    return readAt != null && stream.position().reached(readAt);
                });
    }

    private List<TableDefinition> tables(StreamId stream) {
        return world.tables().of(stream).stream().filter(Tables::isChosen).toList();
    }

    /** The destination holds exactly the transactions up to the position (I1, I2, I3). */
    void compare(StreamId stream, Position position) {
        for (TableDefinition table : tables(stream)) {
            compared++;
            List<Cells> expected = world.server().rowsAt(table.id(), position);
            List<Cells> actual = world.store().rows(Tables.destination(table.id()));
            if (!counted(expected).equals(counted(actual))) {
                require(
                        false,
                        "I2, I3: " + table.id() + " of stream " + stream + " at " + position.text() + " should be\n  "
                                + lines(expected) + "\nand is\n  " + lines(actual));
            }
        }
    }

    private static String lines(List<Cells> rows) {
        return rows.stream().map(Cells::toString).sorted().collect(Collectors.joining("\n  "));
    }

    private static Map<Cells, Integer> counted(List<Cells> rows) {
        Map<Cells, Integer> counted = new HashMap<>();
        rows.forEach(row -> counted.merge(row, 1, Integer::sum));
        return counted;
    }

    /** The source was told that it may forget its log up to a position. */
    void confirmed(StreamId stream, Position position) {
        world.store()
                .tasks()
                .forEach(task -> world.durable(task, stream)
                        .ifPresent(durable -> require(
                                durable.reached(position),
                                "I1: " + position.text() + " of " + stream + " was confirmed, the ledger durably holds "
                                        + durable.text())));
    }

    void bounded(StreamProgress progress) {
        long bound = world.scenario().tuning().queueBytes() + LARGEST_CHANGE;
        require(progress.queuedBytes() <= bound, "I5: " + progress.queuedBytes() + " bytes are queued of " + bound);
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            AssertionError error = new AssertionError(message);
            if (breach == null) {
                breach = error;
            }
            throw error;
        }
    }
}
