package io.syncline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** One run of the program {@code postgres}: from its launch to the end of its last child process. */
final class Postmaster {

    /** The file in the data directory in which a running server says who it is and how far its start has come. */
    static final String PID_FILE = "postmaster.pid";

    private static final int STATUS_LINE = 7;
    private static final int LOG_TAIL_LINES = 40;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(5);

    private final Process process;
    private final Path data;
    private final Path log;

    private Postmaster(Process process, Path data, Path log) {
        this.process = process;
        this.data = data;
        this.log = log;
    }

    /** Starts the server on a data directory and waits until it accepts connections. */
    static Postmaster start(PostgresInstallation installation, Launcher launcher, Path data, Path log) {
        try {
            // the server that wrote it is known to be dead, and its number may have gone to another process
            Files.deleteIfExists(data.resolve(PID_FILE));
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The data directory " + data + " cannot be changed.", e);
        }
        Process process =
                launcher.start(List.of(installation.program("postgres").toString(), "-D", data.toString()), log);
        Postmaster postmaster = new Postmaster(process, data, log);
        postmaster.awaitReady();
        return postmaster;
    }

    /** The process id. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks for a shutdown and waits for the end of all processes. */
    void stop(ShutdownMode mode) {
        List<ProcessHandle> children = process.descendants().toList();
        mode.signal().send(pid());
        awaitEnd(children);
    }

    /** Ends all processes with SIGKILL, as a crash of the machine would. */
    void kill() {
        killWithChildren(process.toHandle());
    }

    /** Stops all processes (SIGSTOP); connections stay open and nothing answers. */
    void pause() {
        Signal.STOP.send(pid());
        process.descendants().forEach(child -> Signal.STOP.send(child.pid()));
    }

    /** Lets all processes go on (SIGCONT). */
    void resume() {
        process.descendants().forEach(child -> Signal.CONT.send(child.pid()));
        Signal.CONT.send(pid());
    }

    /** Ends a server and its children with SIGKILL and waits until they are gone. */
    static void killWithChildren(ProcessHandle postmaster) {
        // a stopped postmaster starts no child that this list would miss
        Signal.STOP.send(postmaster.pid());
        List<ProcessHandle> children = postmaster.descendants().toList();
        Signal.KILL.send(postmaster.pid());
        children.forEach(child -> Signal.KILL.send(child.pid()));
        Stream.concat(Stream.of(postmaster), children.stream()).forEach(Postmaster::awaitExit);
    }

    private void awaitEnd(List<ProcessHandle> children) {
        awaitExit(process.toHandle());
        children.forEach(Postmaster::awaitExit);
    }

    private static void awaitExit(ProcessHandle handle) {
        try {
            handle.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new EmbeddedPostgresException(
                    "The PostgreSQL process " + handle.pid() + " did not end within " + STOP_LIMIT.toSeconds() + " s.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while PostgreSQL was stopping.", e);
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new EmbeddedPostgresException("PostgreSQL ended with " + process.exitValue()
                        + " while starting on " + data + ". The end of its log:\n" + logTail());
            }
            if (System.nanoTime() > deadline) {
                kill();
                throw new EmbeddedPostgresException("PostgreSQL was not ready " + START_LIMIT.toSeconds()
                        + " s after its start on " + data + ". The end of its log:\n" + logTail());
            }
            pauseBeforePoll();
        }
    }

    private void pauseBeforePoll() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while PostgreSQL was starting.", e);
        }
    }

    /** What pg_ctl looks at too (since version 10): the eighth line says "ready" or "standby" once connections are accepted. */
    private boolean isReady() {
        try {
            List<String> lines = Files.readAllLines(data.resolve(PID_FILE));
            if (lines.size() <= STATUS_LINE || !lines.getFirst().trim().equals(Long.toString(pid()))) {
                return false;
            }
            String status = lines.get(STATUS_LINE).trim();
            return status.equals("ready") || status.equals("standby");
        } catch (NoSuchFileException _) {
            return false; // not written yet
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The data directory " + data + " cannot be read.", e);
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(the log " + log + " cannot be read: " + e + ")";
        }
    }
}
