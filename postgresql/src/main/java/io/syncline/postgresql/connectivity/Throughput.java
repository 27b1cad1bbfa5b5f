package io.syncline.postgresql.connectivity;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** How much a way carries: amounts that double until one of them is long enough under way to tell, so that all of them take about a second whatever the way is like. */
final class Throughput {

    /** In bytes: on a way of 10 kB/s it takes two seconds. */
    static final long LEAST = 16 * 1024;

    /** In bytes: a way that carries that much in less time is faster than anything that will be done with it. */
    private static final long MOST = 512L * 1024 * 1024;

    private static final Duration ENOUGH = Duration.ofMillis(250);

    private Throughput() {}

    /** @return bytes per second, those times left out in which nothing could be under way */
    static double measure(Transfer transfer, Connection session, Duration roundTrip) throws SQLException, IOException {
        for (long bytes = LEAST; ; bytes *= 2) {
            long began = System.nanoTime();
            int trips = transfer.carry(session, bytes);
            long took = System.nanoTime() - began;
            if (took >= ENOUGH.toNanos() || bytes >= MOST) {
                long carrying = Math.max(took / 10, took - trips * roundTrip.toNanos());
                return bytes * 1e9 / Math.max(1, carrying);
            }
        }
    }
}
