package io.syncline.postgresql.stream.pgoutput;

import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one TRUNCATE emptied. The log names the leaves of a partitioned table, never the table: it was emptied when all of its leaves were, else nothing but these leaves
 * may be (T9).
 */
record Emptied(List<Relation> relations, RelationShapes shapes) {

    Truncate event(boolean cascade, boolean restartIdentity) {
        List<TableSchema> whole = new ArrayList<>();
        Map<TableSchema, List<Relation>> partitioned = new LinkedHashMap<>();
        for (Relation relation : relations) {
            if (relation.isPart()) {
                partitioned
                        .computeIfAbsent(relation.schema(), _ -> new ArrayList<>())
                        .add(relation);
            } else {
                whole.add(relation.schema());
            }
        }
        List<Truncate.Part> parts = new ArrayList<>();
        partitioned.forEach((table, emptied) -> {
            Map<Long, TableId> leaves = shapes.leavesOf(table.version());
            Set<Long> oids = emptied.stream().map(leaf -> leaf.message().oid()).collect(Collectors.toSet());
            if (oids.containsAll(leaves.keySet())) {
                whole.add(table);
            } else {
                oids.forEach(oid -> parts.add(new Truncate.Part(table, name(leaves, oid))));
            }
        });
        return new Truncate(whole, parts, cascade, restartIdentity);
    }

    private static TableId name(Map<Long, TableId> leaves, long oid) {
        TableId name = leaves.get(oid);
        if (name == null) {
            throw Malformed.because("Truncate is of the partition with oid " + oid + ", which is unknown");
        }
        return name;
    }
}
