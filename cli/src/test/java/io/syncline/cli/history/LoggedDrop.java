package io.syncline.cli.history;

/**
 * A table is gone.
 *
 * @param table its oid
 */
record LoggedDrop(String schema, long table) implements LogLine {}
