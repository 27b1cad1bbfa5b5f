package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a reader collects what comes instead of waking up for each piece. */
class RushTest {

    private static final long AT_ONCE = 0;
    private static final long LULL = TimeUnit.MILLISECONDS.toNanos(5);

    private final Rush rush = new Rush();

    @Test
    void manyReadsThatWaitForNothingAreARush() {
        read(15);
        assertThat(rush.isOn()).isFalse();

        read(1);
        assertThat(rush.isOn()).isTrue();
    }

    @Test
    void aReadThatWaitsEndsIt() {
        read(100);
        rush.received(LULL, 100);

        assertThat(rush.isOn()).isFalse();
    }

    @Test
    void answersToWhatWasSentAreNone() {
        for (int i = 0; i < 100; i++) {
            rush.ends();
            read(1);
        }

        assertThat(rush.isOn()).isFalse();
    }

    private void read(int times) {
        for (int i = 0; i < times; i++) {
            rush.received(AT_ONCE, 100);
        }
    }
}
