package io.syncline.api.task;

/** The switchable parts of a task, in the order in which they run. */
public enum Stage {
    SCHEMA,
    FULL,
    INCREMENTAL
}
