package io.syncline.testkit.seed;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The seed of one random test.
 *
 * @param value from which everything random in the test follows
 */
public record Seed(long value) {

    private static final String ALGORITHM = "L64X128MixRandom";

    /** A generator that gives the same numbers each time. */
    public RandomGenerator random() {
        return RandomGeneratorFactory.of(ALGORITHM).create(value);
    }

    /** The seed of a part of the test, such as one of several threads, which is random by itself. */
    public Seed part(int number) {
        return new Seed(mix(value + 0x9E37_79B9_7F4A_7C15L * (number + 1L)));
    }

    /** The finalizer of SplitMix64: neighbouring inputs give unrelated outputs. */
    private static long mix(long input) {
        long bits = (input ^ (input >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return bits ^ (bits >>> 31);
    }
}
