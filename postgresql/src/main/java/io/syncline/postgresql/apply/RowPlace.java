package io.syncline.postgresql.apply;

import io.syncline.postgresql.session.Dialect;

/**
 * Where a row lies, as statements find it again within one command: its table, of partitions and heirs the one that holds it, and its place there; on a server whose rows lie on
 * segments, also the segment, since each has places of its own.
 */
record RowPlace(Dialect dialect) {

    /** Columns of a subquery that tells the places of a table's rows. */
    String columns(String alias) {
        return alias + ".ctid AS row_id, " + alias + ".tableoid AS row_table"
                + (dialect.isDistributed() ? ", " + alias + ".gp_segment_id AS row_segment" : "");
    }

    /** An order of rows, where two statements have to take the same of equal ones. */
    String order(String alias) {
        return (dialect.isDistributed() ? alias + ".gp_segment_id, " : "") + alias + ".tableoid, " + alias + ".ctid";
    }

    /** The same, handed on. */
    String handedOn(String alias) {
        return alias + ".row_id, " + alias + ".row_table"
                + (dialect.isDistributed() ? ", " + alias + ".row_segment" : "");
    }

    /** Whether a row of {@code alias} lies where {@code other} says. */
    String equal(String alias, String other) {
        return alias + ".ctid = " + other + ".row_id AND " + alias + ".tableoid = " + other + ".row_table"
                + (dialect.isDistributed() ? " AND " + alias + ".gp_segment_id = " + other + ".row_segment" : "");
    }
}
