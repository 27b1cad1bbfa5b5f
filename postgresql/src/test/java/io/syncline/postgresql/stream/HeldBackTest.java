package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.task.HoldBack;
import io.syncline.postgresql.session.Lsn;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a position that the destination holds is told to the server. */
class HeldBackTest {

    private static final HoldBack TEN_SECONDS_OR_1000_BYTES = new HoldBack(Duration.ofSeconds(10), 1000);

    @Test
    void t17APositionWaitsForItsTime() {
        HeldBack held = held(100);
        held.durable(new Lsn(200), seconds(1));
        held.durable(new Lsn(300), seconds(5));

        assertThat(held.isDue(seconds(10))).isFalse();
        assertThat(held.take(seconds(10))).isNull();
        assertThat(held.take(seconds(11))).isEqualTo(new Lsn(200));
        assertThat(held.take(seconds(14))).isNull();
        assertThat(held.take(seconds(15))).isEqualTo(new Lsn(300));
        assertThat(held.isDue(seconds(1000))).as("nothing is left").isFalse();
    }

    @Test
    void t17NoMoreOfTheLogIsKeptThanTheLimitSays() {
        HeldBack held = held(100);
        held.durable(new Lsn(600), seconds(1));
        held.durable(new Lsn(1100), seconds(3));
        assertThat(held.take(seconds(3))).as("1000 bytes").isNull();

        held.durable(new Lsn(1300), seconds(5));

        assertThat(held.take(seconds(5))).as("700 bytes are left").isEqualTo(new Lsn(600));
        assertThat(held.take(seconds(5))).isNull();
    }

    @Test
    void whatWaitedInAnEarlierRunCountsInBytes() {
        HeldBack held = held(100);
        held.durable(new Lsn(1000), 0);
        assertThat(held.take(0)).isNull();
        held.durable(new Lsn(1200), seconds(2));

        assertThat(held.take(seconds(2))).isEqualTo(new Lsn(1000));
    }

    @Test
    void positionsOfOneMomentWaitTogether() {
        HeldBack held = held(100);
        for (int i = 1; i <= 9; i++) {
            held.durable(new Lsn(100 + i), seconds(2) + i);
        }

        assertThat(held.take(seconds(12) + 1)).isEqualTo(new Lsn(109));
    }

    @Test
    void anOlderPositionTakesNothingBack() {
        HeldBack held = new HeldBack(HoldBack.NONE, new Lsn(100));
        held.durable(new Lsn(200), 0);
        assertThat(held.take(0)).as("nothing is held back").isEqualTo(new Lsn(200));
        held.durable(new Lsn(150), 1);

        assertThat(held.take(seconds(99))).isNull();
    }

    private static HeldBack held(long confirmed) {
        return new HeldBack(TEN_SECONDS_OR_1000_BYTES, new Lsn(confirmed));
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
