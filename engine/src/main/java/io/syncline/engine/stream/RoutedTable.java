package io.syncline.engine.stream;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.task.Operation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table that a stream carries.
 *
 * @param operations the kinds of change that are carried; a change of another kind is left out before anything else looks at it (T14)
 * @param exactFrom positions of the exact snapshot that the table was read under, when that is not the stream's start: transactions that it contains are in the
 *     table already and are skipped (T6, T26); null otherwise
 * @param sameParts whether the destination's table was made with the partitions of the source's, so that one of them can be emptied by its name (T9)
 */
public record RoutedTable(
        TableRoute route,
        Set<Operation> operations,
        @Nullable Positions exactFrom,
        boolean sameParts) {

    public RoutedTable(TableRoute route, Set<Operation> operations, @Nullable Positions exactFrom) {
        this(route, operations, exactFrom, false);
    }

    public RoutedTable {
        operations = Set.copyOf(operations);
    }

    boolean carries(Operation operation) {
        return operations.contains(operation);
    }

    /**
     * True when the table was read after a transaction, so that the transaction's changes must not be applied to it (T26).
     *
     * @param containedFrom of the transaction's {@link io.syncline.api.model.ChangeEvent.Begin}
     */
    boolean alreadyHolds(StreamId stream, Position containedFrom) {
        Position read = read(stream);
        return read != null && read.reached(containedFrom);
    }

    /** True when the table was read after some of a transaction at least, as far as its position is of several places. */
    boolean overlaps(StreamId stream, Position containedFrom) {
        Position read = read(stream);
        return read != null && read.overlaps(containedFrom);
    }

    private @Nullable Position read(StreamId stream) {
        return exactFrom == null ? null : exactFrom.of(stream);
    }
}
