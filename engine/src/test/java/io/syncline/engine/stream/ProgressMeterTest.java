package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ProgressMeter meter =
            new ProgressMeter(ModelDestination.STREAM, new TestPosition(0), new BatchQueue(1_000), () -> now);

    @Test
    void tellsOfTheLastMinute() {
        now = now.plusSeconds(10);
        batch(50, 10, Duration.ofMillis(20));
        batch(50, 20, Duration.ofMillis(40));

        StreamProgress progress = meter.snapshot();

        assertThat(progress.applied()).isEqualTo(new TestPosition(20));
        assertThat(progress.changes()).isEqualTo(100);
        assertThat(progress.transactions()).isEqualTo(2);
        assertThat(progress.changesPerSecond()).isEqualTo(10);
        assertThat(progress.transactionsPerSecond()).isEqualTo(0.2);
        assertThat(progress.p50()).isBetween(Duration.ofMillis(20), Duration.ofMillis(22));
        assertThat(progress.p99()).isBetween(Duration.ofMillis(40), Duration.ofMillis(43));
    }

    @Test
    void forgetsWhatIsOlder() {
        batch(50, 10, Duration.ofMillis(20));
        now = now.plusSeconds(65);

        StreamProgress progress = meter.snapshot();

        assertThat(progress.changes()).as("in all").isEqualTo(50);
        assertThat(progress.changesPerSecond()).isZero();
        assertThat(progress.p99()).isZero();
    }

    private void batch(int changes, long end, Duration latency) {
        Piece.End commit = new Piece.End(new TestPosition(end), now.minus(latency));
        meter.applied(new Batch(List.of(), changes, List.of(commit), List.of(), false), commit.position());
    }
}
