package io.syncline.api.task;

/** Kinds of change of a table's shape that a running task may follow. */
public enum DdlKind {
    ADD_COLUMN("addColumn"),
    DROP_COLUMN("dropColumn"),
    RENAME_COLUMN("renameColumn"),
    ALTER_TYPE("alterType"),
    NOT_NULL("notNull"),
    DEFAULT("default");

    private final String word;

    DdlKind(String word) {
        this.word = word;
    }

    /** As the task file spells it. */
    public String word() {
        return word;
    }
}
