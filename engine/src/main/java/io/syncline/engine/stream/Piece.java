package io.syncline.engine.stream;

import io.syncline.api.apply.RoutedChange;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableRoute;
import java.time.Instant;
import java.util.List;

/**
 * What travels from the reader to the applier. A source transaction is {@code (Changes | Truncate | Alter | Drop)+, End}, or {@code LeftOut, End}; it may be longer than the queue, since its pieces are
 * taken out while others are put in (T38). {@code Idle} comes between transactions. Transactions without a change that is carried are an {@code Idle} as well.
 */
sealed interface Piece {

    /** What a piece takes beside its rows; keeps a queue of small pieces bounded too (I5). */
    long OVERHEAD = 96;

    /** About how much memory it holds. */
    default long bytes() {
        return OVERHEAD;
    }

    /** A part of a transaction that changes something. */
    sealed interface Work extends Piece {

        /** The least position whose exact snapshot contains the piece's transaction. */
        Position containedFrom();
    }

    /** Consecutive row changes of one transaction, in source order. */
    record Changes(Position containedFrom, List<RoutedChange> changes, long size) implements Work {
        @Override
        public long bytes() {
            return size + OVERHEAD;
        }
    }

    /** Tables are emptied, in this place among the changes of their transaction. */
    record Truncate(Position containedFrom, List<TableRoute> tables, boolean cascade, boolean restartIdentity)
            implements Work {
        public Truncate {
            tables = List.copyOf(tables);
        }
    }

    /** A table is altered, in this place among the changes of its transaction. */
    record Alter(Position containedFrom, TableAlteration alteration) implements Work {}

    /** A table is dropped, in this place among the changes of its transaction; {@code keep} when the destination's stays. */
    record Drop(Position containedFrom, TableRoute table, boolean keep) implements Work {}

    /**
     * In place of all changes of its transaction, which are left out.
     *
     * @param command that asked for it
     * @param what was left out, in words
     */
    record LeftOut(Position containedFrom, long command, String what) implements Work {}

    /** The transaction of the pieces before it is complete; {@code position} is its end. */
    record End(Position position, Instant committedAt) implements Piece {}

    /** Everything up to {@code position} has been handed over. */
    record Idle(Position position) implements Piece {}
}
