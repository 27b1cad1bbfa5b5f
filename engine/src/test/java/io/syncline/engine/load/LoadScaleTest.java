package io.syncline.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.task.Tuning;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many workers share a load, and in which pieces. */
class LoadScaleTest {

    private static final long USUAL_CHUNK = 256L << 20;

    @ParameterizedTest(name = "{0} processors: {1} workers")
    @CsvSource({"1, 1", "2, 1", "5, 1", "6, 2", "12, 4", "64, 4"})
    void aMachineWithBothServersHasAWorkerForEveryThreeProcessors(int processors, int workers) {
        assertThat(LoadScale.of(Tuning.DEFAULT, true, processors).workers()).isEqualTo(workers);
    }

    @Test
    void serversElsewhereAreReadByTwoWorkers() {
        assertThat(LoadScale.of(Tuning.DEFAULT, false, 1)).isEqualTo(new LoadScale(2, USUAL_CHUNK, USUAL_CHUNK));
    }

    @Test
    void aWorkerAloneCutsOnlyWhatIsLeftAfterACrash() {
        assertThat(LoadScale.of(Tuning.DEFAULT, true, 2)).isEqualTo(new LoadScale(1, Long.MAX_VALUE, USUAL_CHUNK));
    }

    @Test
    void whatTheTaskSaysCounts() {
        Tuning told = tuning(OptionalInt.of(7), OptionalLong.of(1 << 20));

        assertThat(LoadScale.of(told, true, 2)).isEqualTo(new LoadScale(7, 1 << 20, 1 << 20));
        assertThat(LoadScale.of(tuning(OptionalInt.empty(), OptionalLong.of(1 << 20)), true, 2))
                .isEqualTo(new LoadScale(1, 1 << 20, 1 << 20));
    }

    private static Tuning tuning(OptionalInt workers, OptionalLong chunkBytes) {
        Tuning usual = Tuning.DEFAULT;
        return new Tuning(
                workers,
                chunkBytes,
                usual.indexWorkers(),
                usual.batchBytes(),
                usual.batchRows(),
                usual.batchDelay(),
                usual.queueBytes());
    }
}
