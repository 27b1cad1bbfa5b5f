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

    /** What the schema stage did not make: {@code (task, ordinal, what, why, again)}. */
    public String notMade() {
        return table("not_made");
    }

    public String refetch() {
        return table("refetch");
    }

    /** The last conflicts of each task. */
    public String conflict() {
        return table("conflict");
    }

    /** How many conflicts there were, by table and kind. */
    public String conflictCount() {
        return table("conflict_count");
    }

    /** The last values that the destination refused. */
    public String badValue() {
        return table("bad_value");
    }

    /** How many there were, by table, column and class. */
    public String badValueCount() {
        return table("bad_value_count");
    }

    /** Rows that the destination refuses, whole. */
    public String quarantine() {
        return table("quarantine");
    }

    /** Destination tables that were emptied before the load. */
    public String cleared() {
        return table("cleared");
    }

    /** What people asked of the task's run, and what came of it. */
    public String command() {
        return table("command");
    }

    /** Tables that are carried no further, and from where on. */
    public String suspended() {
        return table("suspended");
    }

    /** What the task document said of each table when that was last accepted. */
    public String accepted() {
        return table("accepted");
    }

    /** When the tables were read that are loaded anew from time to time. */
    public String refreshed() {
        return table("refreshed");
    }

    private String table(String name) {
        return Quoting.qualified(schema, name);
    }
}
