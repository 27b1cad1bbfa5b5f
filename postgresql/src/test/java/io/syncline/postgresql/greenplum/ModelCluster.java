package io.syncline.postgresql.greenplum;

import static io.syncline.postgresql.greenplum.ClusterTables.EMPTIED;
import static io.syncline.postgresql.greenplum.ClusterTables.EVERYWHERE;
import static io.syncline.postgresql.greenplum.ClusterTables.SPREAD;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A cluster as far as its segments' logs tell of it: a transaction of several segments commits on each at a moment of its own, and what commits meanwhile lies between its parts. A mark waits for those that have
 * begun to commit.
 */
final class ModelCluster {

    /** One segment's part of a transaction that is committing. */
    private record Part(int segment, List<ChangeEvent> changes, Set<String> locks) {}

    private final Random random;
    private final List<SegmentLog> logs;
    private final List<ClusterTables> rows;
    private final List<Part> committing = new ArrayList<>();
    private final Set<String> locked = new HashSet<>();
    private final Map<String, ClusterTables> atMarks = new HashMap<>();
    private long clock;
    private int made;

    ModelCluster(Random random, int segments) {
        this.random = random;
        this.logs = IntStream.range(0, segments).mapToObj(i -> new SegmentLog()).toList();
        this.rows =
                IntStream.range(0, segments).mapToObj(i -> new ClusterTables()).toList();
    }

    /** Whatever sessions do next: begin a transaction and commit it, or go on with the second phase of one. */
    void step() {
        if (!committing.isEmpty() && random.nextInt(3) > 0) {
            commit(committing.remove(random.nextInt(committing.size())));
            return;
        }
        switch (random.nextInt(10)) {
            case 0 -> empty();
            case 1 -> everywhere();
            case 2, 3, 4 -> change(List.of(random.nextInt(logs.size())));
            default -> change(several());
        }
    }

    /** As gp_create_restore_point(): no second phase is under way while the segments write. */
    SegmentPosition mark() {
        while (!committing.isEmpty()) {
            commit(committing.removeFirst());
        }
        Map<Integer, Lsn> places = new TreeMap<>();
        for (int segment = 0; segment < logs.size(); segment++) {
            places.put(segment, logs.get(segment).restorePoint());
        }
        SegmentPosition mark = new SegmentPosition(places);
        atMarks.put(mark.text(), now());
        return mark;
    }

    /** What all segments together had when a mark was made. */
    ClusterTables at(SegmentPosition mark) {
        return Objects.requireNonNull(atMarks.get(mark.text()), "a mark of this cluster");
    }

    private ClusterTables now() {
        ClusterTables all = new ClusterTables();
        rows.forEach(all::add);
        return all;
    }

    SegmentPosition beginning() {
        Map<Integer, Lsn> places = new TreeMap<>();
        for (int segment = 0; segment < logs.size(); segment++) {
            places.put(segment, logs.get(segment).end());
        }
        return new SegmentPosition(places);
    }

    Map<Integer, ChangeStream> open(SegmentPosition from) {
        Map<Integer, ChangeStream> streams = new TreeMap<>();
        from.bySegment()
                .forEach((segment, place) ->
                        streams.put(segment, logs.get(segment).open(place, () -> random.nextInt(3) > 0)));
        return streams;
    }

    private List<Integer> several() {
        List<Integer> segments =
                new ArrayList<>(IntStream.range(0, logs.size()).boxed().toList());
        while (segments.size() > 2 && random.nextBoolean()) {
            segments.remove(/* index */ random.nextInt(segments.size()));
        }
        return segments;
    }

    /** Rows are inserted, changed and deleted on each of some segments; a row whose key changes is deleted on one and inserted on another. */
    private void change(List<Integer> segments) {
        List<Part> parts = new ArrayList<>();
        for (int segment : segments) {
            List<ChangeEvent> changes = new ArrayList<>();
            Set<String> locks = new HashSet<>();
            TableSchema table =
                    random.nextBoolean() && !locked.contains(EMPTIED.table().name()) ? EMPTIED : SPREAD;
            for (int i = random.nextInt(3); i >= 0; i--) {
                change(segment, table, changes, locks);
            }
            parts.add(new Part(segment, changes, locks));
        }
        begin(parts);
    }

    private void change(int segment, TableSchema table, List<ChangeEvent> changes, Set<String> locks) {
        List<String> free = rows.get(segment).of(table).keySet().stream()
                .filter(id -> !locked.contains(lock(table, id)) && !locks.contains(lock(table, id)))
                .toList();
        String value = "v" + made++;
        if (free.isEmpty() || random.nextInt(3) == 0) {
            // Keys come again, each on the segment that its distribution gives.
            String id = segment + "-" + random.nextInt(12);
            if (!rows.get(segment).of(table).containsKey(id)
                    && !locked.contains(lock(table, id))
                    && locks.add(lock(table, id))) {
                changes.add(ClusterTables.insert(table, id, value));
            }
            return;
        }
        String id = free.get(random.nextInt(free.size()));
        locks.add(lock(table, id));
        changes.add(random.nextBoolean() ? ClusterTables.update(table, id, value) : ClusterTables.delete(table, id));
    }

    /** The whole table is locked until the last segment has committed. */
    private void empty() {
        String table = EMPTIED.table().name();
        if (locked.stream().anyMatch(lock -> lock.startsWith(table))) {
            return;
        }
        List<Part> parts = new ArrayList<>();
        for (int segment = 0; segment < logs.size(); segment++) {
            List<ChangeEvent> changes = new ArrayList<>(List.of(ClusterTables.truncate(EMPTIED)));
            if (random.nextBoolean()) {
                changes.add(ClusterTables.insert(EMPTIED, segment + "-" + random.nextInt(12), "v" + made++));
            }
            parts.add(new Part(segment, changes, new HashSet<>(Set.of(table))));
        }
        begin(parts);
    }

    private void everywhere() {
        String table = EVERYWHERE.table().name();
        if (locked.contains(table)) {
            return;
        }
        String id = "e" + random.nextInt(5);
        String value = "v" + made++;
        boolean there = rows.getFirst().of(EVERYWHERE).containsKey(id);
        List<Part> parts = new ArrayList<>();
        for (int segment = 0; segment < logs.size(); segment++) {
            ChangeEvent change =
                    there ? ClusterTables.update(EVERYWHERE, id, value) : ClusterTables.insert(EVERYWHERE, id, value);
            parts.add(new Part(segment, List.of(change), new HashSet<>(Set.of(table))));
        }
        begin(parts);
    }

    private static String lock(TableSchema table, String id) {
        return table.table().name() + " " + id;
    }

    private void begin(List<Part> parts) {
        parts.forEach(part -> locked.addAll(part.locks()));
        if (parts.size() == 1) {
            commit(parts.getFirst());
        } else {
            committing.addAll(parts);
        }
    }

    private void commit(Part part) {
        part.changes().forEach(rows.get(part.segment())::apply);
        logs.get(part.segment()).commit(Instant.ofEpochMilli(clock++), part.changes());
        boolean shared = committing.stream()
                .anyMatch(other -> !other.equals(part) && other.locks().equals(part.locks()));
        if (!shared) {
            locked.removeAll(part.locks());
        }
    }
}
