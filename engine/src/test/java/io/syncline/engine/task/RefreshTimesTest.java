package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.TableId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose turn it is to be loaded anew. */
class RefreshTimesTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final TableId A = table("a");
    private static final TableId B = table("b");
    private static final TableId C = table("c");

    @Test
    void aTableIsDueAnIntervalAfterItWasRead() {
        RefreshTimes times = times(Map.of(A, read(-10)));
        assertThat(times.due(NOW.plus(minutes(4)))).isEmpty();
        assertThat(times.due(NOW.plus(minutes(5)))).contains(A);
    }

    @Test
    void whatWasAskedForOrDidNotEndIsDueAtOnceThenWhoHasWaitedLongest() {
        RefreshTimes times = times(Map.of(A, read(-20), B, read(-30), C, new RefreshTimes.Asked()));
        assertThat(times.isAsked(C)).isTrue();
        assertThat(times.due(NOW)).contains(C);
        times.read(C, NOW);
        assertThat(times.isAsked(C)).isFalse();
        assertThat(times.due(NOW)).contains(B);
        times.read(B, NOW);
        assertThat(times.due(NOW)).contains(A);
        times.read(A, NOW);
        assertThat(times.due(NOW)).isEmpty();
        assertThat(times(Map.of(A, new RefreshTimes.Broken())).due(NOW)).contains(A);
    }

    /** One that takes three intervals is not followed by three. */
    @Test
    void whatWasMissedIsNotMadeUpFor() {
        RefreshTimes times = times(Map.of(A, read(-60)));
        assertThat(times.due(NOW)).contains(A);
        times.read(A, NOW);
        assertThat(times.due(NOW.plus(minutes(45)))).contains(A);
        times.read(A, NOW.plus(minutes(45)));
        assertThat(times.due(NOW.plus(minutes(46)))).isEmpty();
    }

    @Test
    void aMomentThatIsStillToComeSaysNothing() {
        assertThat(times(Map.of(A, read(1))).due(NOW)).contains(A);
    }

    private static RefreshTimes times(Map<TableId, RefreshTimes.Known> tables) {
        return new RefreshTimes(_ -> minutes(15), tables);
    }

    private static RefreshTimes.Known read(int minutes) {
        return new RefreshTimes.Read(NOW.plus(minutes(minutes)));
    }

    private static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }

    private static TableId table(String name) {
        return new TableId("shop", "public", name);
    }
}
