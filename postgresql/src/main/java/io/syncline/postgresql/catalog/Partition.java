package io.syncline.postgresql.catalog;

import io.syncline.api.model.TableId;
import java.util.Set;

/**
 * A partition, at any depth below the partitioned table that it belongs to.
 *
 * @param oid of pg_class
 * @param root the oid of the partitioned table that is a partition of none
 * @param parent the oid of the one that it is a partition of
 * @param attached the transaction that made it a partition: another one after it was detached and attached again
 * @param born true when it was made as a partition, so that it never held rows without being one; false when that cannot be told
 * @param kind {@code pg_class.relkind}: r holds rows, p has partitions itself, f is a foreign table
 * @param unlogged true when its rows are in no log
 * @param identity {@code pg_class.relreplident}
 * @param identityIndex the oid of the index that its replica identity is, 0 for none
 * @param logged the columns of the old row that the log carries; empty under FULL, which carries all, and when there are none
 */
public record Partition(
        long oid,
        TableId id,
        long root,
        long parent,
        String attached,
        boolean born,
        String kind,
        boolean unlogged,
        String identity,
        long identityIndex,
        Set<String> logged) {

    public Partition {
        logged = Set.copyOf(logged);
    }

    /** Whether rows lie in it. */
    public boolean isLeaf() {
        return !kind.equals("p");
    }

    public boolean isForeign() {
        return kind.equals("f");
    }

    /**
     * Each partition's own replica identity decides what the log carries of its old rows, not the root's (T7).
     *
     * @param key the columns that the root's rows are found by; empty when only the whole row tells them apart
     */
    public boolean logsKey(Set<String> key) {
        return identity.equals("f") || (!key.isEmpty() && logged.containsAll(key));
    }
}
