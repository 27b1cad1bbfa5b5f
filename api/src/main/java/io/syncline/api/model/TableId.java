package io.syncline.api.model;

/**
 * The full name of a table at one end: database, schema, table, each exactly as the server's catalog stores it (no folding, no quotes).
 *
 * <p>{@link #toString()} is for people and messages; SQL text is made only by the connector's quoting class.
 */
public record TableId(String database, String schema, String name) implements Comparable<TableId> {

    @Override
    public int compareTo(TableId other) {
        int byDatabase = database.compareTo(other.database);
        if (byDatabase != 0) {
            return byDatabase;
        }
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
