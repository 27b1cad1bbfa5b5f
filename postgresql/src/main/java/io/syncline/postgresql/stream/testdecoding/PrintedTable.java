package io.syncline.postgresql.stream.testdecoding;

import io.syncline.api.model.TableSchema;
import java.util.List;

/**
 * A table of the task as the plugin prints it.
 *
 * @param name quoted where needed: {@code public."T"}
 * @param columns in the order in which they are printed
 */
public record PrintedTable(String name, TableSchema schema, List<PrintedColumn> columns) {

    public PrintedTable {
        columns = List.copyOf(columns);
    }

    /** A table {@code WITH OIDS} prints them like a column of this name, which then no column has. */
    boolean mayPrintOids() {
        return schema.indexOf("oid") < 0;
    }
}
