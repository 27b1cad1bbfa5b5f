package io.syncline.api.port;

import java.time.Duration;

/**
 * What one end is to those who connect to it from this machine, measured a moment ago.
 *
 * @param server system, release and part, in words: {@code PostgreSQL 17.5, primary}
 * @param encryption of the connection, in words: {@code TLSv1.3, TLS_AES_256_GCM_SHA384}; {@code none}
 * @param roundTrip the median of several trivial queries
 * @param bytesPerSecond what the way carries in the direction of the rows: away from a source, towards a destination
 * @param clock the server's, beside this machine's
 * @param databaseBytes what the database takes of the server's disk
 */
public record Connectivity(
        String server,
        String encryption,
        Duration roundTrip,
        double bytesPerSecond,
        ClockSkew clock,
        long databaseBytes) {

    /**
     * How far a clock goes ahead of another.
     *
     * @param ahead negative when it is behind
     * @param uncertainty half of the time that the question was on its way
     */
    public record ClockSkew(Duration ahead, Duration uncertainty) {

        /** How far this clock goes ahead of one that was held against the same third. */
        public ClockSkew over(ClockSkew other) {
            return new ClockSkew(ahead.minus(other.ahead), uncertainty.plus(other.uncertainty));
        }

        /** Whether the clocks are certainly further apart than that. */
        public boolean exceeds(Duration limit) {
            return ahead.abs().minus(uncertainty).compareTo(limit) > 0;
        }
    }
}
