package io.syncline.engine.verify;

import io.syncline.api.model.Row;
import io.syncline.api.port.DigestReader.Digest;
import io.syncline.api.port.DigestReader.KeyedDigest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** One table's rows at both ends, in buckets of their keys: digests of all buckets first, then the rows of those that differ. */
final class Buckets {

    private static final int ROWS_A_BUCKET = 2_000;
    private static final int MOST_BUCKETS = 1 << 16;
    private static final long ROWS_AT_ONCE = 200_000;
    private static final Digest NONE = new Digest(0, BigInteger.ZERO);

    private final Ends ends;
    private final int count;
    private final Map<Integer, Digest> source;
    private final Map<Integer, Digest> destination;

    private Buckets(Ends ends, int count, Map<Integer, Digest> source, Map<Integer, Digest> destination) {
        this.ends = ends;
        this.count = count;
        this.source = source;
        this.destination = destination;
    }

    static Buckets read(Ends ends, int count) {
        return new Buckets(
                ends,
                count,
                ends.source.buckets(ends.sourceShape, count),
                ends.destination.buckets(ends.destinationShape, count));
    }

    static int wanted(long estimatedRows) {
        long wanted = Math.max(16, estimatedRows / ROWS_A_BUCKET);
        return (int) Math.min(MOST_BUCKETS, Long.highestOneBit(wanted - 1) << 1);
    }

    int count() {
        return count;
    }

    long sourceRows() {
        return rows(source);
    }

    long destinationRows() {
        return rows(destination);
    }

    private static long rows(Map<Integer, Digest> digests) {
        return digests.values().stream().mapToLong(Digest::rows).sum();
    }

    Set<Integer> differing() {
        Set<Integer> differing = new TreeSet<>(source.keySet());
        differing.addAll(destination.keySet());
        differing.removeIf(bucket -> {
            Digest digest = source.get(bucket);
            return digest != null && digest.equals(destination.get(bucket));
        });
        return differing;
    }

    /** The keys of rows that differ, so many at a time as fit into memory (I5). Only for tables with a key. */
    void eachPortion(Consumer<Map<Row, Sides>> taker) {
        for (List<Integer> portion : portions()) {
            taker.accept(differing(
                    ends.source.rows(ends.sourceShape, count, portion),
                    ends.destination.rows(ends.destinationShape, count, portion)));
        }
    }

    private List<List<Integer>> portions() {
        List<List<Integer>> portions = new ArrayList<>();
        List<Integer> portion = new ArrayList<>();
        long size = 0;
        for (int bucket : differing()) {
            size += source.getOrDefault(bucket, NONE).rows()
                    + destination.getOrDefault(bucket, NONE).rows();
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

    static Map<Row, Long> byKey(List<KeyedDigest> rows) {
        Map<Row, Long> byKey = new HashMap<>();
        rows.forEach(row -> byKey.put(row.key(), row.digest()));
        return byKey;
    }
}
