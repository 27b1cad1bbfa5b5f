package io.syncline.api.task;

/** Kinds of change of a table that a running task may follow. */
public enum DdlKind {
    ADD_COLUMN("addColumn"),
    DROP_COLUMN("dropColumn"),
    RENAME_COLUMN("renameColumn"),
    ALTER_TYPE("alterType"),
    NOT_NULL("notNull"),
    DEFAULT("default"),
    /** Also into another schema, and with its schema. */
    RENAME_TABLE("renameTable"),
    /** A table that the task does not carry gets a name that it chooses: it was made, or called otherwise. */
    CREATE_TABLE("createTable"),
    /** A table is dropped. */
    DROP_TABLE("dropTable"),
    /** A partition is attached, detached or dropped. */
    PARTITIONS("partitions");

    private final String word;

    DdlKind(String word) {
        this.word = word;
    }

    /** As the task file spells it. */
    public String word() {
        return word;
    }
}
