package io.syncline.api.model;

import java.util.List;

/**
 * The shape of a table at one end and at one moment, as rows carry it.
 *
 * @param table its name
 * @param version tells two tables of one name apart, and one table under two names: the oid on PostgreSQL (T10); unique in its database, or 0 when unknown
 * @param columns in the order of the rows that travel with this schema
 * @param key how rows are told apart
 */
public record TableSchema(TableId table, long version, List<Column> columns, Key key) {

    public TableSchema {
        columns = List.copyOf(columns);
    }

    /** The index of the column of this name, or -1. */
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        return -1;
    }
}
