package io.syncline.engine.verify;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.DigestReader.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares one table: digests of buckets, then the rows of the buckets that differ, then, when a run is active, the differing keys again (T44): a difference
 * counts only when the source's row was the same before and after a destination read that came later than the source's first.
 */
final class TableCompare {

    private static final int ROUNDS = 20;

    /** Many, so that in a round few of them change under writers. */
    private static final int KEYLESS_BUCKETS = 1 << 14;

    private static final String WITHOUT_KEY = "(rows of a table without a key)";

    private final TableRoute route;
    private final Ends ends;
    private final Follower follower;
    private final CompareOptions options;

    TableCompare(
            TableRoute route,
            DigestReader source,
            DigestReader destination,
            Follower follower,
            CompareOptions options) {
        this.route = route;
        this.ends = Ends.of(route, source, destination);
        this.follower = follower;
        this.options = options;
    }

    TableResult compare(long estimatedRows) throws InterruptedException {
        boolean keyless = ends.sourceShape.key().isEmpty();
        Buckets buckets = Buckets.read(ends, keyless ? KEYLESS_BUCKETS : Buckets.wanted(estimatedRows));
        if (buckets.differing().isEmpty()) {
            return new TableResult(
                    ends.source(), ends.target(), buckets.sourceRows(), buckets.destinationRows(), 0, 0, List.of());
        }
        if (keyless) {
            return keyless(buckets);
        }
        Map<Row, Sides> candidates = new LinkedHashMap<>();
        buckets.eachPortion(candidates::putAll);
        Map<Row, Difference.Kind> settled = settle(candidates);
        return result(buckets.sourceRows(), buckets.destinationRows(), settled);
    }

    /** Reads differing keys again as long as the stream may still bring them together. */
    private Map<Row, Difference.Kind> settle(Map<Row, Sides> candidates) throws InterruptedException {
        Map<Row, Difference.Kind> settled = new LinkedHashMap<>();
        Set<Row> open = new LinkedHashSet<>(candidates.keySet());
        for (int round = 0; !open.isEmpty() && follower.isActive() && round < ROUNDS; round++) {
            Map<Row, Long> before = Buckets.byKey(ends.source.lookup(ends.sourceShape, open));
            if (!follower.awaitSource()) {
                break;
            }
            Map<Row, Long> there = Buckets.byKey(ends.destination.lookup(ends.destinationShape, open));
            Map<Row, Long> after = Buckets.byKey(ends.source.lookup(ends.sourceShape, open));
            Set<Row> unsettled = new HashSet<>();
            for (Row key : open) {
                Sides sides = new Sides(after.get(key), there.get(key));
                if (Objects.equals(sides.source(), sides.destination())) {
                    continue;
                }
                if (Objects.equals(before.get(key), after.get(key))) {
                    settled.put(key, sides.kind());
                } else {
                    unsettled.add(key);
                }
            }
            open.retainAll(unsettled);
            if (open.isEmpty()) {
                return settled;
            }
        }
        boolean followed = follower.isActive();
        for (Row key : open) {
            Sides sides = candidates.get(key);
            settled.put(key, followed || sides == null ? Difference.Kind.UNSETTLED : sides.kind());
        }
        return settled;
    }

    /**
     * Without a key the rows of a bucket are all that can be told apart. A bucket is the same when the destination's has been what the source's is after it; it differs
     * when the source's did not change around a later read of the destination's.
     */
    private TableResult keyless(Buckets first) throws InterruptedException {
        int buckets = first.count();
        Set<Integer> open = new TreeSet<>(first.differing());
        int found = 0;
        for (int round = 0; !open.isEmpty() && round < ROUNDS && follower.isActive(); round++) {
            Map<Integer, Digest> before = ends.source.buckets(ends.sourceShape, buckets);
            if (!follower.awaitSource()) {
                break;
            }
            Map<Integer, Digest> there = ends.destination.buckets(ends.destinationShape, buckets);
            Map<Integer, Digest> after = ends.source.buckets(ends.sourceShape, buckets);
            open.removeIf(bucket -> Objects.equals(there.get(bucket), after.get(bucket))
                    || Objects.equals(there.get(bucket), before.get(bucket)));
            int unsettled = open.size();
            open.removeIf(bucket -> Objects.equals(before.get(bucket), after.get(bucket)));
            found += unsettled - open.size();
        }
        boolean followed = follower.isActive();
        int unsettled = followed ? open.size() : 0;
        found += followed ? 0 : open.size();
        List<Difference> listed = new ArrayList<>();
        if (found > 0) {
            listed.add(new Difference(Difference.Kind.CHANGED, WITHOUT_KEY, List.of()));
        }
        if (unsettled > 0) {
            listed.add(new Difference(Difference.Kind.UNSETTLED, WITHOUT_KEY, List.of()));
        }
        return new TableResult(
                ends.source(), ends.target(), first.sourceRows(), first.destinationRows(), found, unsettled, listed);
    }

    private TableResult result(long sourceRows, long destinationRows, Map<Row, Difference.Kind> settled) {
        long unsettled = settled.values().stream()
                .filter(kind -> kind == Difference.Kind.UNSETTLED)
                .count();
        List<Row> shown = settled.keySet().stream().limit(options.listed()).toList();
        DifferenceText text = new DifferenceText(route, ends, options);
        return new TableResult(
                ends.source(),
                ends.target(),
                sourceRows,
                destinationRows,
                settled.size() - unsettled,
                unsettled,
                text.of(shown, settled));
    }
}
