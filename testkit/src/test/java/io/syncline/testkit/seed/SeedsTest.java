package io.syncline.testkit.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class SeedsTest {

    @Test
    void oneSeedGivesTheSameNumbers(Seed seed) {
        assertThat(seed.random().longs(100).toArray())
                .isEqualTo(seed.random().longs(100).toArray());
        assertThat(seed.part(1).random().nextLong())
                .isEqualTo(seed.part(1).random().nextLong());
    }

    @Test
    void partsDiffer(Seed seed) {
        assertThat(IntStream.range(0, 1_000).mapToObj(seed::part)).doesNotHaveDuplicates();
    }

    @Test
    void theSeedComesFromTheSystemProperty() {
        String before = System.setProperty(Seeds.PROPERTY, "42");
        try {
            assertThat(Seeds.choose("a test")).isEqualTo(new Seed(42));
        } finally {
            if (before == null) {
                System.clearProperty(Seeds.PROPERTY);
            } else {
                System.setProperty(Seeds.PROPERTY, before);
            }
        }
    }

    @Test
    void aFailureNamesItsSeed() {
        Throwable failure = new Seeds.RepeatWith(new Seed(7));
        assertThatThrownBy(() -> {
                    throw failure;
                })
                .hasMessageContaining("-Dsyncline.seed=7");
    }
}
