package io.syncline.engine.stream;

import java.time.Duration;
import java.util.Arrays;

/** Counts durations in buckets of about 6 % width, from a microsecond to more than a century, in a fixed 3 KB. Not thread-safe. */
final class LatencyHistogram {

    /** Each power of two is cut into 16. */
    private static final int CUT_BITS = 4;

    private static final int BUCKETS = (Long.SIZE - CUT_BITS) << CUT_BITS;

    private final int[] counts = new int[BUCKETS];
    private long total;

    /** A negative duration, which clocks of two machines can give, counts as none. */
    void add(Duration duration) {
        counts[bucket(micros(duration))]++;
        total++;
    }

    void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    void addAll(LatencyHistogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
    }

    /**
     * The duration that {@code share} of all do not exceed, rounded up to its bucket's end; zero when there are none.
     *
     * @param share above 0, up to 1
     */
    Duration quantile(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < BUCKETS && rank > 0; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Duration.ofSeconds(end(i) / 1_000_000, end(i) % 1_000_000 * 1_000);
            }
        }
        return Duration.ZERO;
    }

    private static long micros(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        long seconds = Math.min(duration.getSeconds(), Long.MAX_VALUE / 2_000_000);
        return seconds * 1_000_000 + duration.getNano() / 1_000;
    }

    /** Values below 16 have a bucket each; above, the leading bit and the four after it name the bucket. */
    private static int bucket(long micros) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(micros) - CUT_BITS - 1);
        return (int) (((long) shift << CUT_BITS) + (micros >>> shift));
    }

    private static long end(int bucket) {
        int shift = Math.max(0, (bucket >> CUT_BITS) - 1);
        long leading = bucket - ((long) shift << CUT_BITS);
        return ((leading + 1) << shift) - 1;
    }
}
