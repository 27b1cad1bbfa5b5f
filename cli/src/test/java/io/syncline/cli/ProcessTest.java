package io.syncline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CrashMarks;
import io.syncline.cli.task.EnvironmentCrashMarks;
import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signals and marks, in processes of their own. */
class ProcessTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void aSignalStopsTheWorkAndTheProcessEndsWithItsCode() {
        try (RunningProcess process = standIn("work").start()) {
            process.awaitLine("ready", LIMIT);
            process.signal(Signal.INT);
            assertThat(process.awaitExit(LIMIT)).isEqualTo(130);
            assertThat(process.stderr()).containsExactly("Stopping; a second signal ends the process at once.");
        }
        try (RunningProcess process = standIn("work").start()) {
            process.awaitLine("ready", LIMIT);
            process.signal(Signal.TERM);
            assertThat(process.awaitExit(LIMIT)).isEqualTo(143);
        }
    }

    @Test
    void aSecondSignalEndsWorkThatDoesNotStop() {
        try (RunningProcess process = standIn("stubborn").start()) {
            process.awaitLine("ready", LIMIT);
            process.signal(Signal.INT);
            process.signal(Signal.TERM);
            assertThat(process.awaitExit(LIMIT)).isIn(130, 143);
        }
    }

    @Test
    void theProcessDiesAtTheNamedMark() {
        try (RunningProcess process =
                standIn("marks").crashAt("BATCH_APPLYING", 2).start()) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(CrashHarness.KILLED);
            assertThat(process.stdout()).containsExactly("once");
        }
    }

    @Test
    void theProcessStandsStillAtTheNamedMark() {
        try (RunningProcess process =
                standIn("marks").pauseAt("CHUNK_COMMITTED", 1).start()) {
            process.awaitMark("CHUNK_COMMITTED", LIMIT);
            assertThat(process.isAlive()).isTrue();
            assertThat(process.stdout()).isEmpty();
        }
    }

    @Test
    void theProcessGoesOnFromAMarkAndStandsStillAtTheNext() {
        try (RunningProcess process =
                standIn("marks").holdAt("CHUNK_COMMITTED", 1).start()) {
            process.awaitMark("CHUNK_COMMITTED", LIMIT);
            process.holdAt("BATCH_APPLYING", 2);
            process.awaitMark("BATCH_APPLYING", LIMIT);
            process.awaitLine("once", LIMIT);
            assertThat(process.stdout()).doesNotContain("twice");
            process.goOn();
            assertThat(process.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void withoutAMarkNothingHappens() {
        assertThat(EnvironmentCrashMarks.of(Map.of(), System.in, System.err)).isSameAs(CrashMarks.NONE);
        try (RunningProcess process =
                standIn("marks").crashAt("BATCH_APPLYING", 3).start()) {
            assertThat(process.awaitExit(LIMIT)).isZero();
            assertThat(process.stdout()).containsExactly("once", "twice");
        }
    }

    @Test
    void anUnknownMarkIsWrongUsage() {
        for (String mark : new String[] {"NOWHERE", "BATCH_APPLYING:0", "batch_applying", "BATCH_APPLYING:x"}) {
            assertThatThrownBy(
                            () -> EnvironmentCrashMarks.of(Map.of("SYNCLINE_PAUSE_MARK", mark), System.in, System.err))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
                    .hasMessageContaining("SYNCLINE_PAUSE_MARK");
        }
    }

    private static CrashHarness standIn(String argument) {
        return CrashHarness.ofMainClass("io.syncline.cli.StandIn", argument);
    }
}
