package io.syncline.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a table that one worker copies in one destination transaction.
 *
 * @param table the source table
 * @param ordinal from 0, unique in the table's plan
 * @param range which rows
 */
public record Chunk(TableId table, int ordinal, Range range) {

    public sealed interface Range {}

    /** The whole table. */
    public record Whole() implements Range {}

    /**
     * Rows whose key lies between two bounds in the source's own order, compared by the source (never here). The first chunk of a plan has no lower bound,
     * the last no upper bound, so that rows beyond the bounds seen while planning are read too. Values are text forms of the key columns, in key order.
     */
    public record KeyRange(
            @Nullable List<String> fromInclusive, @Nullable List<String> toExclusive) implements Range {
        public KeyRange {
            fromInclusive = fromInclusive == null ? null : List.copyOf(fromInclusive);
            toExclusive = toExclusive == null ? null : List.copyOf(toExclusive);
        }
    }

    /** Physical places (ctid blocks on PostgreSQL): valid under the one snapshot it was planned for (T4). No upper bound in the last chunk. */
    public record PhysicalRange(
            long fromInclusive, @Nullable Long toExclusive) implements Range {}
}
