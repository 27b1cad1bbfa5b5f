package io.syncline.cli.endtoend;

import io.syncline.testkit.crash.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Watches how much memory a process takes at most, as long as it lives: {@code VmHWM} of proc(5). */
final class MemoryPeak implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(100);

    private final Path status;
    private final long began = System.nanoTime();
    private final Thread thread;
    private volatile long kilobytes;

    private MemoryPeak(long pid) {
        this.status = Path.of("/proc", Long.toString(pid), "status");
        this.thread = Thread.ofVirtual().name("memory-peak").unstarted(this::watch);
    }

    static MemoryPeak of(RunningProcess process) {
        MemoryPeak peak = new MemoryPeak(process.pid());
        peak.thread.start();
        return peak;
    }

    @Override
    public String toString() {
        return Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s, peak RSS " + kilobytes / 1024 + " MB";
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        while (!Thread.interrupted() && look()) {
            LockSupport.parkNanos(EVERY.toNanos());
        }
    }

    /** False when the process is gone. */
    private boolean look() {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmHWM:")) {
                    kilobytes = Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return true;
        } catch (IOException _) {
            return false; // it has ended between two looks
        }
    }
}
