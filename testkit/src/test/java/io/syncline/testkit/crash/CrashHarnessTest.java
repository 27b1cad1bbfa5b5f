package io.syncline.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.embedded.Signal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrashHarnessTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void collectsOutputAndExitCode() {
        try (RunningProcess process =
                harness("exit", "3").environment("GREETING", "hello").start()) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(3);
            assertThat(process.stdout()).containsExactly("ready", "hello");
            assertThat(process.stderr()).containsExactly("leaving");
        }
    }

    @Test
    void killsAndSaysWhatASignalDid() {
        for (Map.Entry<Signal, Integer> signal :
                Map.of(Signal.KILL, 137, Signal.TERM, 143, Signal.INT, 130).entrySet()) {
            try (RunningProcess process = harness("wait").start()) {
                process.awaitLine("ready", LIMIT);
                process.signal(signal.getKey());
                assertThat(process.awaitExit(LIMIT)).isEqualTo(signal.getValue());
            }
        }
    }

    @Test
    void aStoppedProcessGoesOnWhenItIsContinued() {
        try (RunningProcess process = harness("tick").start()) {
            process.awaitLine("tick 1", LIMIT);
            process.signal(Signal.STOP);
            int before = process.stdout().size();
            assertThat(process.isAlive()).isTrue();
            process.signal(Signal.CONT);
            process.awaitLine("tick " + (before + 5), LIMIT);
        }
    }

    @Test
    void passesMarksAndWaitsForThem() {
        try (RunningProcess process = harness("mark")
                .jvmOption("-Xmx64m")
                .pauseAt("chunk committed", 2)
                .start()) {
            process.awaitMark("chunk committed:2", LIMIT);
            assertThat(process.isAlive()).isTrue();
        }
    }

    @Test
    void showsTheOutputWhenALineDoesNotCome() {
        try (RunningProcess process = harness("exit", "0").start()) {
            assertThatThrownBy(() -> process.awaitLine("never", LIMIT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("never")
                    .hasMessageContaining("leaving");
        }
    }

    private static CrashHarness harness(String... arguments) {
        return CrashHarness.ofMainClass(Program.class.getName(), arguments);
    }

    /** What the child process runs. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("ready");
            switch (arguments[0]) {
                case "exit" -> {
                    System.out.println(System.getenv("GREETING"));
                    System.err.println("leaving");
                    System.exit(Integer.parseInt(arguments[1]));
                }
                case "mark" -> {
                    System.err.println("mark " + System.getenv(CrashHarness.PAUSE_MARK));
                    Thread.currentThread().join();
                }
                case "tick" -> {
                    for (int tick = 1; ; tick++) {
                        System.out.println("tick " + tick);
                        Thread.sleep(10);
                    }
                }
                default -> Thread.currentThread().join();
            }
        }
    }
}
