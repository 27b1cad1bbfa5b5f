package io.syncline.postgresql.stream;

import io.syncline.api.model.TableId;
import io.syncline.postgresql.catalog.Partition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which partitions the published tables are known to have. ATTACH, DETACH and DROP of a partition move rows into and out of a table without an event in the log (T9), so
 * the partitions that the catalog has are compared with these.
 *
 * @param roots oids of the partitioned tables
 * @param parts by oid
 */
record KnownPartitions(Set<Long> roots, Map<Long, Part> parts) {

    static final KnownPartitions NONE = new KnownPartitions(Set.of(), Map.of());

    private static final String ROOT = "root";

    KnownPartitions {
        roots = Set.copyOf(roots);
        parts = Map.copyOf(parts);
    }

    /**
     * A partition.
     *
     * @param root the oid of its partitioned table
     * @param leaf whether rows lie in it
     * @param attachment differs from what it was when the partition was detached and attached again
     * @param name that it had when it became known, which the destination's partition has; it may be called otherwise by now
     */
    record Part(long root, boolean leaf, String attachment, TableId name) {

        static Part of(Partition partition) {
            return new Part(
                    partition.root(),
                    partition.isLeaf(),
                    partition.parent() + "@" + partition.attached(),
                    partition.id());
        }

        private static Part of(String database, String text) {
            String[] fields = text.split(" ", 5);
            int schema = Integer.parseInt(fields[3]);
            String name = fields[4];
            return new Part(
                    Long.parseLong(fields[0]),
                    fields[1].equals("leaf"),
                    fields[2],
                    new TableId(database, name.substring(0, schema), name.substring(schema + 1)));
        }

        /** Names may hold any character, so the length of the first tells where it ends. */
        private String text() {
            return root + (leaf ? " leaf " : " branch ") + attachment + " "
                    + name.schema().length() + " " + name;
        }
    }

    static KnownPartitions of(Collection<Long> roots, List<Partition> partitions) {
        return new KnownPartitions(
                Set.copyOf(roots), partitions.stream().collect(Collectors.toMap(Partition::oid, Part::of)));
    }

    /** From what {@link #entries} wrote. */
    static KnownPartitions of(String database, Map<Long, String> entries) {
        Set<Long> roots = new TreeSet<>();
        Map<Long, Part> parts = new TreeMap<>();
        entries.forEach((oid, text) -> {
            if (text.equals(ROOT)) {
                roots.add(oid);
            } else {
                parts.put(oid, Part.of(database, text));
            }
        });
        return new KnownPartitions(roots, parts);
    }

    /** Texts by oid, for the publication's note. */
    Map<Long, String> entries() {
        Map<Long, String> entries = new TreeMap<>();
        roots.forEach(root -> entries.put(root, ROOT));
        parts.forEach((oid, part) -> entries.put(oid, part.text()));
        return entries;
    }

    /** These and some that were made later. */
    KnownPartitions with(List<Partition> partitions) {
        Map<Long, Part> more = new TreeMap<>(parts);
        partitions.forEach(partition -> more.put(partition.oid(), Part.of(partition)));
        return new KnownPartitions(roots, more);
    }

    /** These without a table, or a partition, that is gone. */
    KnownPartitions without(long oid) {
        Set<Long> fewer = new TreeSet<>(roots);
        fewer.remove(oid);
        Map<Long, Part> left = new TreeMap<>(parts);
        left.entrySet().removeIf(part -> part.getKey() == oid || part.getValue().root() == oid);
        return new KnownPartitions(fewer, left);
    }

    /** Those of one table. */
    KnownPartitions of(long root) {
        Map<Long, Part> own = new TreeMap<>(parts);
        own.values().removeIf(part -> part.root() != root);
        return new KnownPartitions(Set.of(root), own);
    }

    /** These, but of one table those that it has now; who stays keeps its name. */
    KnownPartitions withTree(long root, List<Partition> now) {
        Map<Long, Part> all = new TreeMap<>(parts);
        all.values().removeIf(part -> part.root() == root);
        for (Partition partition : now) {
            Part is = Part.of(partition);
            Part was = parts.get(partition.oid());
            all.put(partition.oid(), was != null && was.attachment().equals(is.attachment()) ? was : is);
        }
        return new KnownPartitions(roots, all);
    }

    /** These and the new ones of which the log has every row. */
    KnownPartitions withBorn(List<Partition> now, Set<Long> published) {
        return with(born(now, published));
    }

    /** These and those of other tables. */
    KnownPartitions with(KnownPartitions others) {
        Set<Long> moreRoots = new TreeSet<>(roots);
        moreRoots.addAll(others.roots);
        Map<Long, Part> moreParts = new TreeMap<>(parts);
        moreParts.putAll(others.parts);
        return new KnownPartitions(moreRoots, moreParts);
    }

    /** These but for those of some tables. */
    KnownPartitions without(Set<Long> tables) {
        Set<Long> fewerRoots = new TreeSet<>(roots);
        fewerRoots.removeAll(tables);
        Map<Long, Part> fewerParts = new TreeMap<>(parts);
        fewerParts.values().removeIf(part -> tables.contains(part.root()));
        return new KnownPartitions(fewerRoots, fewerParts);
    }

    /**
     * The new ones of which the log has every row: those that were made as partitions of a published root.
     *
     * @param now parents before their partitions
     * @param published oids of what the publication names
     */
    List<Partition> born(List<Partition> now, Set<Long> published) {
        Set<Long> parents = new HashSet<>(parts.keySet());
        List<Partition> born = new ArrayList<>();
        for (Partition partition : now) {
            boolean parentKnown = roots.contains(partition.parent()) || parents.contains(partition.parent());
            if (!parts.containsKey(partition.oid())
                    && partition.born()
                    && parentKnown
                    && published.contains(partition.root())) {
                born.add(partition);
                parents.add(partition.oid());
            }
        }
        return born;
    }

    /** The names of a partitioned table's leaves by oid; none when it is not one. */
    Map<Long, TableId> leavesOf(long root) {
        return parts.entrySet().stream()
                .filter(part ->
                        part.getValue().root() == root && part.getValue().leaf())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, part -> part.getValue().name()));
    }

    /** What differs at present, in words; what bears another name only is the same partition. */
    List<String> changesTo(KnownPartitions now) {
        List<String> changes = new ArrayList<>();
        now.parts.forEach((oid, part) -> {
            Part before = parts.get(oid);
            if (before == null) {
                changes.add("the partition " + part.name() + " was made or attached");
            } else if (!before.attachment().equals(part.attachment())) {
                changes.add("the partition " + part.name() + " was detached and attached again");
            }
        });
        parts.forEach((oid, part) -> {
            if (!now.parts.containsKey(oid)) {
                changes.add("the partition " + part.name() + " was detached or dropped");
            }
        });
        return changes;
    }
}
