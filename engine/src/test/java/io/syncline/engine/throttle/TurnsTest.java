package io.syncline.engine.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnsTest {

    @Test
    void noMoreAreAtWorkThanMay() {
        Turns turns = new Turns();

        assertThat(turns.take(2)).isTrue();
        assertThat(turns.take(2)).isTrue();
        assertThat(turns.take(2)).isFalse();
        turns.giveBack();
        assertThat(turns.take(2)).isTrue();
        assertThat(turns.take(2)).isFalse();
    }
}
