package io.syncline.api.model;

import java.util.List;

/**
 * The way of one table's rows from the source to the destination.
 *
 * @param source the shape in which the rows arrive
 * @param destination the columns that are written, with the destination's types, and the key by which rows are found there
 * @param sourceColumns for each destination column the index of the source column that feeds it
 */
public record TableRoute(TableSchema source, TableSchema destination, List<Integer> sourceColumns) {

    public TableRoute {
        sourceColumns = List.copyOf(sourceColumns);
        if (sourceColumns.size() != destination.columns().size()) {
            throw new IllegalArgumentException(destination.table() + ": "
                    + destination.columns().size() + " columns, fed by " + sourceColumns.size());
        }
    }

    /** The index, in an arriving row, of the n-th destination column. */
    public int sourceColumn(int destinationColumn) {
        return sourceColumns.get(destinationColumn);
    }
}
