package io.syncline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server must not outlive the JVM that started it, however that one ended. */
class OrphanTest {

    @Test
    void endsWithAKilledJvm() throws Exception {
        String[] server = startInChildJvmAnd(Signal.KILL);
        assertThat(ends(Long.parseLong(server[0]))).isTrue();
        // its data goes when the next JVM opens the cache
        startInChildJvmAnd(Signal.TERM);
        assertThat(Files.exists(Path.of(server[1]))).isFalse();
    }

    @Test
    void endsWithAStoppedJvmAndLeavesNoData() throws Exception {
        String[] server = startInChildJvmAnd(Signal.TERM);
        assertThat(ends(Long.parseLong(server[0]))).isTrue();
        assertThat(Files.exists(Path.of(server[1]))).isFalse();
    }

    /** The server's pid and its data directory. */
    private static String[] startInChildJvmAnd(Signal signal) throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-D" + PostgresArchive.FOLDER_PROPERTY + "="
                                + System.getProperty(PostgresArchive.FOLDER_PROPERTY),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartAndWait.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            assertThat(line).isNotNull();
            String[] server = line.split(" ", 2);
            assertThat(ProcessHandle.of(Long.parseLong(server[0]))).isPresent();
            signal.send(jvm.pid());
            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return server;
        } finally {
            jvm.destroyForcibly();
        }
    }

    private static boolean ends(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process != null) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
        return ProcessHandle.of(pid).isEmpty();
    }

    /** What the child JVM runs. */
    static final class StartAndWait {
        private StartAndWait() {}

        public static void main(String[] arguments) throws InterruptedException {
            PostgresServer server = PostgresServer.builder("17").start();
            System.out.println(server.pid() + " " + server.dataDirectory());
            Thread.currentThread().join();
        }
    }
}
