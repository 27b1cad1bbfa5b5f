package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

    @Property
    void quantilesAreExactToASixteenth(
            @ForAll @Size(min = 1, max = 50) List<@LongRange(min = 0, max = 100_000_000_000L) Long> micros) {
        LatencyHistogram histogram = new LatencyHistogram();
        micros.forEach(value -> histogram.add(Duration.ofNanos(value * 1_000)));
        List<Long> sorted = new ArrayList<>(micros);
        sorted.sort(null);

        for (double share : new double[] {0.01, 0.5, 0.99, 1}) {
            long exact = sorted.get((int) Math.ceil(share * sorted.size()) - 1);
            assertThat(histogram.quantile(share).toNanos() / 1_000).isBetween(exact, exact + exact / 16);
        }
    }

    @Test
    void nothingMeasuredIsZero() {
        assertThat(new LatencyHistogram().quantile(0.99)).isZero();
    }

    @Test
    void extremesHaveBuckets() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.add(Duration.ofSeconds(Long.MAX_VALUE));
        histogram.add(Duration.ofSeconds(-5));

        assertThat(histogram.quantile(0.5)).isZero();
        assertThat(histogram.quantile(1)).isGreaterThan(Duration.ofDays(36_500));
    }
}
