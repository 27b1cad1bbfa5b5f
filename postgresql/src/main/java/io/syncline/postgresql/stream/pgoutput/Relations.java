package io.syncline.postgresql.stream.pgoutput;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tables that the log has described, found by oid without boxing it: open addressing, never more than half full. */
final class Relations {

    private int[] oids = new int[64];
    private @Nullable Relation[] byOid = new @Nullable Relation[64];
    private int size;
    private final Map<String, Relation> byName = new HashMap<>();

    @Nullable
    Relation find(int oid) {
        int place = place(oid, oids.length);
        while (true) {
            Relation found = byOid[place];
            if (found == null || oids[place] == oid) {
                return found;
            }
            place = place + 1 & oids.length - 1;
        }
    }

    /** The table that was last described under this name, whatever its oid. */
    @Nullable
    Relation find(String title) {
        return byName.get(title);
    }

    /** The described partitions of a table. */
    List<Relation> partsOf(long table) {
        List<Relation> parts = new ArrayList<>();
        for (Relation relation : byOid) {
            if (relation != null && relation.isPart() && relation.schema().version() == table) {
                parts.add(relation);
            }
        }
        return parts;
    }

    void put(int oid, Relation relation) {
        if (2 * size >= oids.length) {
            grow();
        }
        size += place(oid, relation) ? 1 : 0;
        byName.put(relation.message().title(), relation);
    }

    private boolean place(int oid, Relation relation) {
        int place = place(oid, oids.length);
        while (byOid[place] != null && oids[place] != oid) {
            place = place + 1 & oids.length - 1;
        }
        boolean added = byOid[place] == null;
        oids[place] = oid;
        byOid[place] = relation;
        return added;
    }

    private void grow() {
        int[] oldOids = oids;
        @Nullable Relation[] old = byOid;
        oids = new int[2 * oldOids.length];
        byOid = new @Nullable Relation[2 * old.length];
        for (int i = 0; i < old.length; i++) {
            Relation relation = old[i];
            if (relation != null) {
                place(oldOids[i], relation);
            }
        }
    }

    private static int place(int oid, int capacity) {
        int mixed = oid * 0x9E3779B9;
        return mixed >>> 16 & capacity - 1;
    }
}
