package io.syncline.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.temporal.ChronoUnit;

/** How this process is named to people: {@code host, process 4711, started 2026-01-31T12:00:00Z}. */
final class ProcessName {

    private ProcessName() {}

    static String of(ProcessHandle process) {
        String started = process.info()
                .startInstant()
                .map(start -> ", started " + start.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        return host() + ", process " + process.pid() + started;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "a host without a name";
        }
    }
}
