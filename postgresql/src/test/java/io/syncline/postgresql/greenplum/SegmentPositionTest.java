package io.syncline.postgresql.greenplum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentPositionTest {

    private final SegmentPosition low = SegmentPosition.parse("0=0/00000010,1=0/00000010");
    private final SegmentPosition further = SegmentPosition.parse("0=0/00000020,1=0/00000010");
    private final SegmentPosition other = SegmentPosition.parse("0=0/00000010,1=0/00000020");

    @Test
    void isPartlyOrdered() {
        assertThat(further.reached(low)).isTrue();
        assertThat(low.reached(further)).isFalse();
        assertThat(further.reached(further)).isTrue();
        assertThat(further.reached(other)).isFalse();
        assertThat(other.reached(further)).isFalse();
        assertThat(further.merge(other)).isEqualTo(SegmentPosition.parse("0=0/00000020,1=0/00000020"));
        assertThat(low.reached(low.behind())).isFalse();
        assertThat(further.merge(other).reached(low.behind())).isTrue();
    }

    /** A missing segment stands for its beginning: everything has reached it, and it has reached nothing. */
    @Test
    void aSegmentMayBeMissing() {
        SegmentPosition first = SegmentPosition.parse("0=0/00000010");
        assertThat(low.reached(first)).isTrue();
        assertThat(first.reached(low)).isFalse();
        assertThat(first.merge(low)).isEqualTo(low);
    }

    @Test
    void isReadBack() {
        SegmentPosition many = SegmentPosition.parse("2=1A/2B3C4D5E,10=0/00000001,0=FFFFFFFF/00000000");
        assertThat(many.text()).isEqualTo("0=FFFFFFFF/00000000,2=1A/2B3C4D5E,10=0/00000001");
        assertThat(SegmentPosition.parse(many.text())).isEqualTo(many);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "=0/1", "0=0/1,", "0=0/1,0=0/2", "a=0/1"})
    void whatIsNoPositionIsRefused(String text) {
        assertThatThrownBy(() -> SegmentPosition.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
