package io.syncline.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random stories of the whole engine. {@code -Dsyncline.simulation.seed} repeats the one whose seed a failure names, {@code -Dsyncline.simulation.trace=true} tells
 * it as it happens.
 */
@ExtendWith(Seeds.class)
class SimulationTest {

    private static final String REPEAT = "syncline.simulation.seed";

    @Test
    void everyCommitLeavesTheDestinationInAStateThatTheSourceHad(Seed seed) {
        stories(seed, 1_000);
    }

    @Test
    @Tag("slow")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void manyMoreStories(Seed seed) {
        stories(seed, 50_000);
    }

    @Test
    void aSeedTellsTheSameStoryAgain(Seed seed) {
        for (int i = 0; i < 20; i++) {
            assertThat(tell(seed.part(i)).trace().digest())
                    .as("seed %s", seed.part(i))
                    .isEqualTo(tell(seed.part(i)).trace().digest());
        }
    }

    private static void stories(Seed seed, int count) {
        String repeated = System.getProperty(REPEAT);
        if (repeated != null) {
            tell(new Seed(Long.parseLong(repeated)));
            return;
        }
        long events = 0;
        long compared = 0;
        long processes = 0;
        for (int i = 0; i < count; i++) {
            World world = tell(seed.part(i));
            events += world.trace().events();
            compared += world.invariants().compared();
            processes += world.processes();
        }
        System.out.println(count + " stories, " + processes + " processes, " + events + " events, " + compared
                + " comparisons of a table");
        // Stories in which nothing happens prove nothing.
        assertThat(compared).isGreaterThan(50L * count);
        assertThat(processes).isGreaterThan(2L * count);
    }

    private static World tell(Seed seed) {
        World world = new World(seed);
        try {
            world.run();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "repeat this story with -D" + REPEAT + "=" + seed.value() + "\n" + world.story(), e);
        }
        return world;
    }
}
