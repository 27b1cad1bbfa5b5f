package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.task.Throttle.Limits;
import io.syncline.engine.throttle.Pace;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PacedStreamTest {

    private final ScriptedStream source = new ScriptedStream();
    private Instant now = Instant.EPOCH;

    @Test
    void t39AStreamThatMayNotBeReadKeepsItsConnection() {
        source.transaction(10, ScriptedStream.insert(ModelTable.PLAIN, 1), ScriptedStream.insert(ModelTable.PLAIN, 2));
        PacedStream stream = new PacedStream(source, new Pace(() -> now, new Limits(0, 1, 0)));
        assertThat(stream.poll(Duration.ZERO)).as("begin").isNotNull();
        assertThat(stream.poll(Duration.ZERO)).as("the one row of this second").isNotNull();

        int polls = source.polls;
        assertThat(stream.poll(Duration.ZERO)).isNull();
        assertThat(stream.poll(Duration.ZERO)).isNull();
        assertThat(source.polls).as("nothing is read").isEqualTo(polls);
        assertThat(source.keptAlive).as("T39").isEqualTo(2);

        now = now.plusSeconds(1);
        assertThat(stream.poll(Duration.ZERO)).as("the next row").isNotNull();
    }
}
