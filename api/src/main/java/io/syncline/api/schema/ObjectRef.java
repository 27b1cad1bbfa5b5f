package io.syncline.api.schema;

/**
 * Names an object of a schema for the ledger and for messages.
 *
 * @param schema the namespace; empty for a schema itself
 * @param parent the table it belongs to (constraints, indexes); empty for others
 * @param name its own name
 */
public record ObjectRef(Kind kind, String schema, String parent, String name) {

    public enum Kind {
        SCHEMA,
        TYPE,
        SEQUENCE,
        TABLE,
        PRIMARY_KEY,
        UNIQUE,
        EXCLUSION,
        CHECK,
        INDEX,
        FOREIGN_KEY,
        SEQUENCE_OWNER,
        SEQUENCE_VALUE,
        COMMENT,
        TRIGGER_STATE
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " "
                + (schema.isEmpty() ? "" : schema + ".") + (parent.isEmpty() ? "" : parent + ".") + name;
    }
}
