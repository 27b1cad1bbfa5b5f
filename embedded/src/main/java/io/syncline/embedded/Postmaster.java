package io.syncline.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One run of the program {@code postgres}: from its launch to the end of its last child process. */
final class Postmaster {

    /** The file in the data directory in which a running server says who it is and how far its start has come. */
    static final String PID_FILE = "postmaster.pid";

    private static final int STATUS_LINE = 7;

    /** Servers before 10 tell that they are ready in their log alone. */
    private static final Set<String> TOLD_IN_LOG = Set.of("9.4", "9.5", "9.6");

    private static final String READY = "ready to accept connections";
    private static final int LOG_TAIL_LINES = 40;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(5);

    private final Process process;
    private final Path data;
    private final Path log;
    /** Where the log of this run begins. */
    private final long logged;

    private Postmaster(Process process, Path data, Path log, long logged) {
        this.process = process;
        this.data = data;
        this.log = log;
        this.logged = logged;
    }

    /** Starts the server on a data directory and waits until it accepts connections. */
    static Postmaster start(PostgresInstallation installation, Launcher launcher, Path data, Path log) {
        long logged;
        try {
            // the server that wrote it is known to be dead, and its number may have gone to another process
            Files.deleteIfExists(data.resolve(PID_FILE));
            logged = Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The data directory " + data + " cannot be changed.", e);
        }
        Process process =
                launcher.start(List.of(installation.program("postgres").toString(), "-D", data.toString()), log);
        Postmaster postmaster = new Postmaster(process, data, log, logged);
        try {
            postmaster.awaitReady();
            return postmaster;
        } catch (EmbeddedPostgresException e) {
            postmaster.kill();
            throw e;
        }
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
        List<Long> processes = processes(process.toHandle());
        mode.signal().send(pid());
        awaitEnd(processes);
        // its end is known to the kernel by now, and here as soon as the JVM has collected its exit code
        process.onExit().join();
    }

    /** Ends all processes with SIGKILL, as a crash of the machine would. */
    void kill() {
        killWithChildren(process.toHandle());
        process.onExit().join();
    }

    /** Stops all processes (SIGSTOP); connections stay open and nothing answers. */
    void pause() {
        Signal.STOP.send(pid());
        // a stopped postmaster starts no child that this list would miss
        Signal.STOP.send(processes(process.toHandle()));
    }

    /** Lets all processes go on (SIGCONT). */
    void resume() {
        Signal.CONT.send(processes(process.toHandle()).reversed());
    }

    /** Ends a server and its children with SIGKILL and waits until they are gone. */
    static void killWithChildren(ProcessHandle postmaster) {
        // a stopped postmaster starts no child that this list would miss
        Signal.STOP.send(postmaster.pid());
        List<Long> processes = processes(postmaster);
        Signal.KILL.send(processes);
        awaitEnd(processes);
    }

    /** The postmaster, then its children. */
    private static List<Long> processes(ProcessHandle postmaster) {
        return Stream.concat(Stream.of(postmaster), postmaster.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void awaitEnd(List<Long> processes) {
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        for (long pid : processes) {
            while (!hasEnded(pid)) {
                if (System.nanoTime() > deadline) {
                    throw new EmbeddedPostgresException(
                            "The PostgreSQL process " + pid + " did not end within " + STOP_LIMIT.toSeconds() + " s.");
                }
                sleepBeforePoll("PostgreSQL was stopping");
            }
        }
    }

    /** A zombie has ended too: where nobody collects the children of a dead parent it stays one for ever (proc(5), field 3 of stat). */
    private static boolean hasEnded(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (IOException _) {
            return true; // gone, perhaps while it was looked at
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
                throw new EmbeddedPostgresException("PostgreSQL was not ready " + START_LIMIT.toSeconds()
                        + " s after its start on " + data + ". The end of its log:\n" + logTail());
            }
            sleepBeforePoll("PostgreSQL was starting");
        }
    }

    private static void sleepBeforePoll(String meanwhile) {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while " + meanwhile + ".", e);
        }
    }

    /** What pg_ctl looks at too (since version 10): the eighth line says "ready" or "standby" once connections are accepted. */
    private boolean isReady() {
        try {
            List<String> lines = Files.readAllLines(data.resolve(PID_FILE));
            if (TOLD_IN_LOG.contains(
                    Files.readString(data.resolve("PG_VERSION")).trim())) {
                return hasLogged(READY);
            }
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

    private boolean hasLogged(String words) throws IOException {
        byte[] all = Files.readAllBytes(log);
        int from = (int) Math.min(logged, all.length);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8).contains(words);
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
