package io.syncline.cli.history;

/**
 * A table's rows come anew, in the shape that is told behind them.
 *
 * @param table its oid
 */
record LoggedRewrite(String schema, long table) implements LogLine {}
