package io.syncline.postgresql.catalog;

import java.util.List;

/**
 * A unique index that can tell the rows of a table apart.
 *
 * @param oid of the index
 * @param name of the index, and of its constraint if it has one
 * @param primary true for the primary key's
 * @param replicaIdentity true when ALTER TABLE ... REPLICA IDENTITY USING INDEX names it
 * @param deferrable true when ON CONFLICT cannot use it: a deferrable constraint (T43), or a key WITHOUT OVERLAPS (18 and later)
 * @param attributes attnum of the key columns, in the order of the key; INCLUDE columns are none
 */
public record KeyIndex(
        long oid, String name, boolean primary, boolean replicaIdentity, boolean deferrable, List<Integer> attributes) {

    public KeyIndex {
        attributes = List.copyOf(attributes);
    }
}
