package io.syncline.postgresql.catalog;

import io.syncline.api.model.TableId;

/**
 * Something in the catalog that looks like a table.
 *
 * @param oid of pg_class
 * @param unlogged true when its rows are in no log
 */
public record Relation(long oid, TableId id, Kind kind, boolean unlogged) {

    /** What it is, and so whether its rows are carried. */
    public enum Kind {
        /** An ordinary table with rows of its own: carried. */
        TABLE("table"),
        /** The root of a tree of partitions, which hold its rows: carried with them. */
        PARTITIONED("partitioned table"),
        /** Carried with its root, never by itself. */
        PARTITION("partition"),
        INHERITANCE("table that inherits or is inherited from"),
        FOREIGN("foreign table"),
        VIEW("view"),
        MATERIALIZED_VIEW("materialized view");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** For messages. */
        public String word() {
            return word;
        }
    }

    public boolean carried() {
        return kind == Kind.TABLE || kind == Kind.PARTITIONED;
    }
}
