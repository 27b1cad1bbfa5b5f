package io.syncline.postgresql.ledger;

import io.syncline.postgresql.session.Quoting;

/**
 * The quoted, qualified names of the ledger's tables.
 *
 * @param schema as in the task file, not quoted
 */
public record LedgerTables(String schema) {

    /** One row: the version of the ledger's own shape. */
    public String format() {
        return table("format");
    }

    public String task() {
        return table("task");
    }

    public String stream() {
        return table("stream");
    }

    public String tableLoad() {
        return table("table_load");
    }

    public String chunk() {
        return table("chunk");
    }

    /** What the task made at the destination: {@code (task, ordinal, kind, schema_name, parent, name, made_at)}. */
    public String object() {
        return table("object");
    }

    public String refetch() {
        return table("refetch");
    }

    public String conflict() {
        return table("conflict");
    }

    /** What people asked of the task's run, and what came of it. */
    public String command() {
        return table("command");
    }

    private String table(String name) {
        return Quoting.qualified(schema, name);
    }
}
