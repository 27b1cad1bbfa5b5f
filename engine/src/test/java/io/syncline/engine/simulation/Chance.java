package io.syncline.engine.simulation;

import io.syncline.testkit.seed.Seed;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Every decision of a simulation, from one seed. */
final class Chance {

    private final RandomGenerator random;

    Chance(Seed seed) {
        this.random = seed.random();
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** Both bounds included. */
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    Duration upToMillis(int most) {
        return Duration.ofMillis(random.nextInt(most + 1));
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    @SafeVarargs
    final <T> T pick(T... all) {
        return all[random.nextInt(all.length)];
    }
}
