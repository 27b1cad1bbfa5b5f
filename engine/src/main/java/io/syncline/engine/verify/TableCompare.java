package io.syncline.engine.verify;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.DigestReader.Digest;
import io.syncline.api.port.DigestReader.KeyedDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares one table: digests of buckets, then the rows of the buckets that differ, then, when a run is active, the differing keys again (T44): a difference
 * counts only when the source's row was the same before and after a destination read that came later than the source's first.
 */
final class TableCompare {

    private static final int ROWS_A_BUCKET = 2_000;
    private static final int MOST_BUCKETS = 1 << 16;
    private static final long ROWS_AT_ONCE = 200_000;
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
        int buckets = ends.sourceShape.key().isEmpty() ? KEYLESS_BUCKETS : buckets(estimatedRows);
        Map<Integer, Digest> source = ends.source.buckets(ends.sourceShape, buckets);
        Map<Integer, Digest> destination = ends.destination.buckets(ends.destinationShape, buckets);
        Set<Integer> differing = differing(source, destination);
        long sourceRows = rows(source);
        long destinationRows = rows(destination);
        if (differing.isEmpty()) {
            return new TableResult(ends.source(), ends.target(), sourceRows, destinationRows, 0, 0, List.of());
        }
        if (ends.sourceShape.key().isEmpty()) {
            return keyless(buckets, sourceRows, destinationRows, differing);
        }
        Map<Row, Sides> candidates = new LinkedHashMap<>();
        for (List<Integer> portion : portions(differing, source, destination)) {
            candidates.putAll(candidates(buckets, portion));
        }
        Map<Row, Difference.Kind> settled = settle(candidates);
        return result(sourceRows, destinationRows, settled);
    }

    /** What both ends hold under a key; null is "no row". */
    private record Sides(@Nullable Long source, @Nullable Long destination) {

        Difference.Kind kind() {
            if (source == null) {
                return Difference.Kind.EXTRA;
            }
            return destination == null ? Difference.Kind.MISSING : Difference.Kind.CHANGED;
        }
    }

    private static int buckets(long estimatedRows) {
        long wanted = Math.max(16, estimatedRows / ROWS_A_BUCKET);
        return (int) Math.min(MOST_BUCKETS, Long.highestOneBit(wanted - 1) << 1);
    }

    private static Set<Integer> differing(Map<Integer, Digest> source, Map<Integer, Digest> destination) {
        Set<Integer> differing = new TreeSet<>(source.keySet());
        differing.addAll(destination.keySet());
        differing.removeIf(bucket -> {
            Digest digest = source.get(bucket);
            return digest != null && digest.equals(destination.get(bucket));
        });
        return differing;
    }

    private static long rows(Map<Integer, Digest> digests) {
        return digests.values().stream().mapToLong(Digest::rows).sum();
    }

    /** Groups of buckets whose rows fit into memory at once (I5). */
    private static List<List<Integer>> portions(
            Set<Integer> differing, Map<Integer, Digest> source, Map<Integer, Digest> destination) {
        Digest none = new Digest(0, java.math.BigInteger.ZERO);
        List<List<Integer>> portions = new ArrayList<>();
        List<Integer> portion = new ArrayList<>();
        long size = 0;
        for (int bucket : differing) {
            size += source.getOrDefault(bucket, none).rows()
                    + destination.getOrDefault(bucket, none).rows();
            portion.add(bucket);
            if (size >= ROWS_AT_ONCE) {
                portions.add(portion);
                portion = new ArrayList<>();
                size = 0;
            }
        }
        if (!portion.isEmpty()) {
            portions.add(portion);
        }
        return portions;
    }

    private Map<Row, Sides> candidates(int buckets, List<Integer> portion) {
        return differing(
                ends.source.rows(ends.sourceShape, buckets, portion),
                ends.destination.rows(ends.destinationShape, buckets, portion));
    }

    private static Map<Row, Sides> differing(List<KeyedDigest> source, List<KeyedDigest> destination) {
        Map<Row, Long> atDestination = byKey(destination);
        Map<Row, Sides> differing = new LinkedHashMap<>();
        byKey(source).forEach((key, digest) -> {
            Long other = atDestination.remove(key);
            if (!digest.equals(other)) {
                differing.put(key, new Sides(digest, other));
            }
        });
        atDestination.forEach((key, digest) -> differing.put(key, new Sides(null, digest)));
        return differing;
    }

    private static Map<Row, Long> byKey(List<KeyedDigest> rows) {
        Map<Row, Long> byKey = new HashMap<>();
        rows.forEach(row -> byKey.put(row.key(), row.digest()));
        return byKey;
    }

    /** Reads differing keys again as long as the stream may still bring them together. */
    private Map<Row, Difference.Kind> settle(Map<Row, Sides> candidates) throws InterruptedException {
        Map<Row, Difference.Kind> settled = new LinkedHashMap<>();
        Set<Row> open = new LinkedHashSet<>(candidates.keySet());
        for (int round = 0; !open.isEmpty() && follower.isActive() && round < ROUNDS; round++) {
            Map<Row, Long> before = byKey(ends.source.lookup(ends.sourceShape, open));
            if (!follower.awaitSource()) {
                break;
            }
            Map<Row, Long> there = byKey(ends.destination.lookup(ends.destinationShape, open));
            Map<Row, Long> after = byKey(ends.source.lookup(ends.sourceShape, open));
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
    private TableResult keyless(int buckets, long sourceRows, long destinationRows, Set<Integer> differing)
            throws InterruptedException {
        Set<Integer> open = new TreeSet<>(differing);
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
        return new TableResult(ends.source(), ends.target(), sourceRows, destinationRows, found, unsettled, listed);
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
