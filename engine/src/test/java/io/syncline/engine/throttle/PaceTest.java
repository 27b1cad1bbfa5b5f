package io.syncline.engine.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.task.Throttle.Limits;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaceTest {

    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final Pace pace = new Pace(() -> now, Limits.NONE);

    @Test
    void withoutALimitItIsAlwaysOpen() {
        pace.took(1L << 60, 1L << 60);
        pace.asked();
        assertThat(pace.isOpen()).isTrue();
        assertThat(pace.isLimited()).isFalse();
    }

    @Test
    void whatWasTakenTooMuchIsPaidForByTime() {
        pace.set(new Limits(0, 100, 0));
        pace.took(210, 0);
        assertThat(pace.closedFor())
                .as("10 were saved up, and one must be there")
                .isEqualTo(Duration.ofMillis(2010));
        now = now.plusMillis(2009);
        assertThat(pace.isOpen()).isFalse();
        now = now.plusMillis(1);
        assertThat(pace.isOpen()).isTrue();
    }

    @Test
    void theAverageIsTheLimitWhateverTheSizesAre() {
        pace.set(new Limits(0, 0, 1000));
        long taken = 0;
        for (int second = 0; second < 60; second++) {
            for (int slice = 0; slice < 100; slice++) {
                if (pace.isOpen()) {
                    pace.took(1, 37);
                    taken += 37;
                }
                now = now.plusMillis(10);
            }
        }
        assertThat(taken).isBetween(59_900L, 60_200L);
    }

    @Test
    void theTightestLimitCounts() {
        pace.set(new Limits(1, 1_000_000, 1_000_000));
        pace.took(1, 1);
        assertThat(pace.isOpen()).isTrue();
        pace.asked();
        assertThat(pace.closedFor()).isEqualTo(Duration.ofSeconds(1));
        pace.set(Limits.NONE);
        assertThat(pace.isOpen()).as("lifted at once").isTrue();
    }

    @Test
    void aClockThatIsSetBackNeitherPaysNorCloses() {
        pace.set(new Limits(0, 10, 0));
        pace.took(1, 0);
        now = now.minusSeconds(3600);
        assertThat(pace.closedFor()).isEqualTo(Duration.ofMillis(100));
        now = now.plusMillis(100);
        assertThat(pace.isOpen()).isTrue();
    }
}
