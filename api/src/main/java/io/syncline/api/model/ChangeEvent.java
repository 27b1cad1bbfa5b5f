package io.syncline.api.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a change stream delivers, in commit order: {@code Begin, (Part | Insert | Update | Delete | Truncate | Altered | Untold | SchemaChange)*, Commit}, and {@code Idle} between them. */
public sealed interface ChangeEvent {

    /**
     * A source transaction begins.
     *
     * @param transaction the source's name for it (xid, GTID), for messages
     * @param containedFrom the least position whose exact snapshot contains this transaction
     * @param committedAt the commit's time on the source's clock
     */
    record Begin(String transaction, Position containedFrom, Instant committedAt) implements ChangeEvent {}

    /**
     * What follows in this transaction, up to the next of these, is of a transaction of the source's own: a stream whose source shows states at certain moments only tells as one
     * what became visible between two of them.
     *
     * @param containedFrom as in {@link Begin}, of that transaction alone
     */
    record Part(Position containedFrom) implements ChangeEvent {}

    /** A change of one row. */
    sealed interface RowChange extends ChangeEvent {
        TableSchema table();
    }

    record Insert(TableSchema table, Row after) implements RowChange {}

    /**
     * @param before what the source sent of the old row: the whole row (replica identity full), the old key with all other columns ABSENT, or null when the
     *     key did not change
     * @param after the new row; unchanged TOAST columns are UNCHANGED
     */
    record Update(TableSchema table, @Nullable Row before, Row after) implements RowChange {}

    /** @param before the whole row, or its key with all other columns ABSENT */
    record Delete(TableSchema table, Row before) implements RowChange {}

    /**
     * All of {@code tables} and {@code parts} are emptied at once; the lists hold what CASCADE reached.
     *
     * @param tables as a whole
     * @param parts partitions of tables that keep their other rows (T9)
     */
    record Truncate(List<TableSchema> tables, List<Part> parts, boolean cascade, boolean restartIdentity)
            implements ChangeEvent {
        public Truncate {
            tables = List.copyOf(tables);
            parts = List.copyOf(parts);
        }

        public Truncate(List<TableSchema> tables, boolean cascade, boolean restartIdentity) {
            this(tables, List.of(), cascade, restartIdentity);
        }

        /**
         * @param table the partitioned table
         * @param name of the partition that was emptied, as it was when the task started
         */
        public record Part(TableSchema table, TableId name) {}
    }

    /**
     * The source told, in its own transaction, what a table became: rows before this have the shape before it, rows after it the shape after it.
     *
     * @param before of the same table; columns of both are the same when their numbers are
     * @param after also when nothing about its rows differs
     * @param fills for added columns, by number, the text form of the value that the rows then present have; a column that is not in here has NULL in them
     * @param rewritten whether rows then present got values that no log tells
     * @param unknown what of the new shape the log does not tell, or no destination could be given, in words; empty when there is nothing
     */
    record Altered(TableSchema before, TableSchema after, Map<Integer, String> fills, boolean rewritten, String unknown)
            implements ChangeEvent {
        public Altered {
            fills = Map.copyOf(fills);
        }
    }

    /**
     * From here on a table that the log does not carry has this name: it was made, renamed or moved, or had the name already.
     *
     * @param version of the table, as {@link TableSchema#version()}
     */
    record Named(TableId table, long version) implements ChangeEvent {}

    /** Rows of a partitioned table came or went with a partition that was attached, detached or dropped; no log tells which (T9). {@code how} says it in words. */
    record Moved(TableSchema table, String how) implements ChangeEvent {}

    /**
     * Rows of a table changed in a way that no log tells, or in an order that it does not tell, whatever the task file says of alterations: what it has can be known by reading it alone. {@code how} says it in words.
     */
    record Untold(TableSchema table, String how) implements ChangeEvent {}

    /** From here on there is no such table. */
    record Dropped(TableSchema table) implements ChangeEvent {}

    /** From here on rows of this table have another shape, and nobody told how it came to it. */
    record SchemaChange(TableSchema before, TableSchema after) implements ChangeEvent {}

    /** The transaction ends; {@code position} is its end (T19). */
    record Commit(Position position, Instant committedAt) implements ChangeEvent {}

    /** Every transaction that committed up to {@code position} has been delivered: an idle source's log may be let go up to here. */
    record Idle(Position position) implements ChangeEvent {}
}
