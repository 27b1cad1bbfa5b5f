package io.syncline.postgresql.connectivity;

import io.syncline.api.port.Connectivity.ClockSkew;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Trivial queries, each of which asks the server's clock. */
final class RoundTrips {

    /** Of the first ones, which are left out, driver and server still have to make everything up that they keep later. */
    private static final int WARMING = 3;

    private static final int COUNTED = 15;

    private static final String NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private final List<Trip> byTime;

    private record Trip(Duration took, ClockSkew clock) {}

    private RoundTrips(List<Trip> byTime) {
        this.byTime = byTime;
    }

    /** @param session in autocommit */
    static RoundTrips of(Connection session, InstantSource clock) throws SQLException {
        List<Trip> trips = new ArrayList<>();
        try (PreparedStatement now = session.prepareStatement(NOW)) {
            for (int i = 0; i < WARMING + COUNTED; i++) {
                Instant asked = clock.instant();
                long began = System.nanoTime();
                Instant told = ask(now);
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                Duration half = took.dividedBy(2);
                trips.add(new Trip(took, new ClockSkew(Duration.between(asked.plus(half), told), half)));
            }
        }
        return new RoundTrips(trips.subList(WARMING, trips.size()).stream()
                .sorted(Comparator.comparing(Trip::took))
                .toList());
    }

    private static Instant ask(PreparedStatement now) throws SQLException {
        try (ResultSet row = now.executeQuery()) {
            row.next();
            return Instant.EPOCH.plus(row.getLong(1), ChronoUnit.MICROS);
        }
    }

    Duration median() {
        return byTime.get(byTime.size() / 2).took();
    }

    /** By the quickest, which tells most exactly when the server looked at its clock. */
    ClockSkew clock() {
        return byTime.getFirst().clock();
    }
}
