package io.syncline.postgresql.stream.testdecoding;

import org.jspecify.annotations.Nullable;

/** The tables of the task by the names that the plugin prints. The plugin sends those of the whole database. */
public interface PrintedTables {

    /** Null for a table that the task does not carry. */
    @Nullable
    PrintedTable find(String name);

    /** Null for a table that the task does not carry. */
    @Nullable
    PrintedTable find(long oid);

    /** The table as the catalog has it now. @throws io.syncline.api.error.SyncException SOURCE_SCHEMA_CHANGED when it is gone */
    PrintedTable again(PrintedTable table);
}
