package io.syncline.api.model;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The way of one table's rows from the source to the destination.
 *
 * @param source the shape in which the rows arrive
 * @param destination the columns that are written, with the destination's types, and the key by which rows are found there
 * @param sourceColumns for each destination column the index of the source column that feeds it, or {@link #COMPUTED}
 * @param shaping what is made of the rows before they are written; null: nothing, they are written as they are
 * @param origin what tells the rows from others of a merged table, beside the destination's columns; null: the table is this source table's alone
 */
public record TableRoute(
        TableSchema source,
        TableSchema destination,
        List<Integer> sourceColumns,
        @Nullable Shaping shaping,
        @Nullable Origin origin) {

    /** Stands for the source column of a computed one. */
    public static final int COMPUTED = -1;

    public TableRoute {
        sourceColumns = List.copyOf(sourceColumns);
        if (sourceColumns.size() != destination.columns().size()) {
            throw new IllegalArgumentException(destination.table() + ": "
                    + destination.columns().size() + " columns, fed by " + sourceColumns.size());
        }
    }

    /** A route on which rows are written as they are. */
    public TableRoute(TableSchema source, TableSchema destination, List<Integer> sourceColumns) {
        this(source, destination, sourceColumns, null, null);
    }

    /** A route to a table of its own. */
    public TableRoute(
            TableSchema source, TableSchema destination, List<Integer> sourceColumns, @Nullable Shaping shaping) {
        this(source, destination, sourceColumns, shaping, null);
    }

    /** The index, in an arriving row, of the n-th destination column. */
    public int sourceColumn(int destinationColumn) {
        return sourceColumns.get(destinationColumn);
    }

    /** Indexes of the source columns that are read, in this order. */
    public List<Integer> readColumns() {
        return shaping == null ? sourceColumns : shaping.reads();
    }

    /** The route of rows that were shaped: they come under the source table's name, in the destination's columns. */
    public TableRoute shaped() {
        if (shaping == null) {
            return this;
        }
        TableSchema virtual =
                new TableSchema(source.table(), source.version(), destination.columns(), destination.key());
        return new TableRoute(
                virtual,
                destination,
                IntStream.range(0, sourceColumns.size()).boxed().toList(),
                null,
                origin);
    }
}
