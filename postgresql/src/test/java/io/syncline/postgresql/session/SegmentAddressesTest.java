package io.syncline.postgresql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.task.Endpoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The addresses of segments in a task file; malformed ones its schema refuses. */
class SegmentAddressesTest {

    @Test
    void theyAreReadByContentId() {
        SegmentAddresses read = of(Map.of("0", "outside:7001", "12", "[::1]:7002"));
        assertThat(read.of(0)).isEqualTo(new ServerHost("outside", 7001));
        assertThat(read.of(12)).isEqualTo(new ServerHost("::1", 7002));
        assertThat(read.of(1)).isNull();
        assertThat(SegmentAddresses.of(new Endpoint("postgresql", Map.of()))).isEqualTo(SegmentAddresses.NONE);
    }

    @Test
    void whatIsNoSegmentIsRefusedWithItsKey() {
        assertThatThrownBy(() -> of(Map.of("first", "a:1")))
                .hasMessageContaining("$.source.segments[\"first\"] is no number of a segment");
        SegmentAddresses read = of(Map.of("0", "a:1", "7", "a:2"));
        read.requireKnown(List.of(0, 7, 8));
        assertThatThrownBy(() -> read.requireKnown(List.of(0, 1)))
                .hasMessageContaining(
                        "$.source.segments[\"7\"] is no segment of the source, whose segments are [0, 1]");
    }

    @Test
    void aDestinationHasNone() {
        Endpoint end = new Endpoint("postgresql", Map.of("segments", Map.of("0", "a:1")));
        assertThatThrownBy(() -> NamedLog.requireNone(end)).hasMessageContaining("destination.segments");
    }

    private static SegmentAddresses of(Map<String, String> segments) {
        return SegmentAddresses.of(new Endpoint("postgresql", Map.of("segments", segments)));
    }
}
