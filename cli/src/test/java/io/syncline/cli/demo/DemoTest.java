package io.syncline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresArchive;
import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The demo as a user starts it, with a small shop. */
class DemoTest {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Test
    void copiesFollowsComparesAndCleansUp() throws IOException {
        try (RunningProcess demo = demo("--rows", "20000", "--seconds", "1").start()) {
            assertThat(demo.awaitExit(LIMIT))
                    .as(() -> String.join("\n", demo.stdout()) + "\n" + String.join("\n", demo.stderr()))
                    .isZero();
            assertThat(demo.stderr()).isEmpty();
            assertThat(demo.stdout())
                    .anyMatch(line -> line.endsWith(" SYNCHRONIZING"))
                    .anyMatch(line -> line.matches("  full load +2[0-9],[0-9]{3} rows, .*"))
                    .anyMatch(line -> line.matches("  incremental +[1-9].* changes of .*"))
                    .anyMatch(line -> line.startsWith("  latency      p50 "))
                    .last()
                    .asString()
                    .matches("  compare {6}No differences in 2[0-9],[0-9]{3} rows of 5 tables\\.");
            assertThat(leftovers(demo.pid())).isEmpty();
        }
    }

    @Test
    void aSignalStopsItAndCleansUp() throws IOException {
        try (RunningProcess demo = demo("--rows", "20000", "--keep").start()) {
            demo.awaitLine("SYNCHRONIZING", LIMIT);
            demo.signal(Signal.INT);
            assertThat(demo.awaitExit(LIMIT)).isEqualTo(130);
            assertThat(demo.stderr()).containsExactly("Stopping; a second signal ends the process at once.");
            assertThat(leftovers(demo.pid())).isEmpty();
        }
    }

    @Test
    void aSignalWhileTheShopIsFilledStopsItAndCleansUp() throws IOException {
        try (RunningProcess demo = demo("--rows", "5000000").start()) {
            demo.awaitLine("Filling a shop", LIMIT);
            demo.signal(Signal.TERM);
            assertThat(demo.awaitExit(LIMIT)).isEqualTo(143);
            assertThat(leftovers(demo.pid())).isEmpty();
        }
    }

    private CrashHarness demo(String... options) {
        List<String> arguments =
                Stream.concat(Stream.of("demo"), Stream.of(options)).toList();
        return CrashHarness.syncline(arguments.toArray(String[]::new))
                .jvmOption("-D" + PostgresArchive.FOLDER_PROPERTY + "="
                        + System.getProperty(PostgresArchive.FOLDER_PROPERTY));
    }

    /** Servers of the demo that live on, and their data. Both carry the process id of the JVM that started them. */
    private static List<String> leftovers(long pid) throws IOException {
        String mark = "/run/" + pid + "-";
        List<String> left = new ArrayList<>();
        ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(command -> command.contains(mark))
                .forEach(left::add);
        for (Path folder : List.of(Path.of(System.getProperty("java.io.tmpdir")), Path.of("/var/tmp"))) {
            try (Stream<Path> caches = Files.list(folder)) {
                for (Path cache : caches.filter(
                                cache -> cache.getFileName().toString().startsWith("syncline-postgres-"))
                        .toList()) {
                    left.addAll(runFolders(cache.resolve("run"), mark));
                }
            }
        }
        return left;
    }

    private static List<String> runFolders(Path runs, String mark) throws IOException {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(runs)) {
            return folders.map(Path::toString)
                    .filter(folder -> folder.contains(mark))
                    .toList();
        }
    }
}
