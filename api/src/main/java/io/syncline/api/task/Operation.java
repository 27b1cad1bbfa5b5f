package io.syncline.api.task;

/** Kinds of change that a table may be chosen for. */
public enum Operation {
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE
}
