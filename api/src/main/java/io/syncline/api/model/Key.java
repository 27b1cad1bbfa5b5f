package io.syncline.api.model;

import java.util.List;

/**
 * How a row of a table is told from the others.
 *
 * @param kind where it comes from
 * @param columns indexes into {@link TableSchema#columns()}, in the order of the key; empty for {@link Kind#NONE}
 * @param deferrable true when the constraint is DEFERRABLE, so that ON CONFLICT cannot use it (T43)
 */
public record Key(Kind kind, List<Integer> columns, boolean deferrable) {

    public static final Key NONE = new Key(Kind.NONE, List.of(), false);

    public enum Kind {
        PRIMARY,
        /** A unique index over NOT NULL columns, named as the replica identity or chosen by us. */
        UNIQUE,
        /** No key: rows are matched whole, one of several equal rows at a time (T15). */
        NONE
    }

    public Key {
        columns = List.copyOf(columns);
    }

    public boolean exists() {
        return kind != Kind.NONE;
    }
}
