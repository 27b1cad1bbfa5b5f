package io.syncline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Launches the server's programs as the server's user, in a bare environment. All of them are launched by one thread that lives as long as
 * the JVM: the kernel tells a child that its parent is gone when the launching <em>thread</em> ends.
 */
final class Launcher {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8", "TZ", "UTC");

    private final ServerUser user;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("postgres-launcher").factory());

    Launcher(ServerUser user) {
        this.user = user;
    }

    /** The user that the programs run as. */
    ServerUser user() {
        return user;
    }

    /**
     * Starts a program and leaves it running.
     *
     * @param log the file to which its output is appended
     */
    Process start(List<String> command, Path log) {
        ProcessBuilder builder = new ProcessBuilder(user.command(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                // a folder that every user may enter: the JVM's own may be closed to the server's user
                .directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        Future<Process> started = thread.submit(() -> builder.start());
        try {
            Process process = started.get();
            process.getOutputStream().close();
            return process;
        } catch (ExecutionException | IOException e) {
            throw new EmbeddedPostgresException("The program " + command.getFirst() + " could not be started.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while starting " + command.getFirst() + ".", e);
        }
    }

    /** Runs a program to its end; an exit code other than 0 is an error that shows what the program said. */
    void run(List<String> command, long seconds) throws IOException {
        Path output = Files.createTempFile("postgres-program", ".log");
        try {
            Process process = start(command, output);
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(
                        command.getFirst() + " did not end within " + seconds + " s:\n" + Files.readString(output));
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        command.getFirst() + " ended with " + process.exitValue() + ":\n" + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while running " + command.getFirst() + ".", e);
        } finally {
            Files.delete(output);
        }
    }
}
