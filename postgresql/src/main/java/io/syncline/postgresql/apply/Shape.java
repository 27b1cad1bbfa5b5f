package io.syncline.postgresql.apply;

import java.util.List;

/**
 * What a statement does to a table; with the table it says all about its text and its parameters.
 *
 * @param columns destination columns that an UPDATE sets; empty for the others
 */
record Shape(Operation operation, List<Integer> columns) {

    enum Operation {
        DELETE,
        /** By the old key. */
        UPDATE,
        INSERT,
        /** Updates the row of the image's key. */
        REPLACE,
        /** Inserts images of whose key there is no row. */
        INSERT_ABSENT,
        /** Gives the ordinals of changes whose old key has no row. */
        MISSING,
        /** Counts the rows that have an old key. */
        COUNT,
        /** Gives the ordinals of images whose key several rows have: possible under a deferrable key only. */
        SHARED,
        /** Deletes one row per change, found by the whole old row. */
        DELETE_EQUAL,
        /** Updates one row per change, found by the whole old row. */
        UPDATE_EQUAL
    }

    /** Whether rows are found without a key, by reading them all. */
    boolean readsAll() {
        return operation == Operation.DELETE_EQUAL || operation == Operation.UPDATE_EQUAL;
    }

    /** Whether it changes rows that are there. */
    boolean updates() {
        return operation == Operation.UPDATE || operation == Operation.REPLACE || operation == Operation.UPDATE_EQUAL;
    }

    static final Shape DELETE = new Shape(Operation.DELETE, List.of());
    static final Shape INSERT = new Shape(Operation.INSERT, List.of());
    static final Shape INSERT_ABSENT = new Shape(Operation.INSERT_ABSENT, List.of());
    static final Shape MISSING = new Shape(Operation.MISSING, List.of());
    static final Shape COUNT = new Shape(Operation.COUNT, List.of());
    static final Shape SHARED = new Shape(Operation.SHARED, List.of());
    static final Shape DELETE_EQUAL = new Shape(Operation.DELETE_EQUAL, List.of());

    static Shape update(List<Integer> columns) {
        return new Shape(Operation.UPDATE, columns);
    }

    static Shape replace(List<Integer> columns) {
        return new Shape(Operation.REPLACE, columns);
    }

    static Shape updateEqual(List<Integer> columns) {
        return new Shape(Operation.UPDATE_EQUAL, columns);
    }
}
