package io.syncline.postgresql.greenplum;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Marks (T35) by {@code gp_create_restore_point()} (7.0.0, xlogfuncs_gp.c): it waits for the second phases that are under way, and keeps new ones from beginning while each segment writes the record whose place it returns.
 * The role needs EXECUTE on it and on {@code pg_create_restore_point(text)}. For one thread.
 *
 * <p>It looks at no timeout and no cancellation. While a process of its session on a segment hangs, every second phase of the cluster waits, and nothing but the end of that process lets them go on (executed); so
 * it is not waited for any longer than {@link #PATIENCE}, and not called again while an earlier call hangs.
 */
public final class RestorePoints implements Marks {

    /** Segments write it into their logs, where it says whose it is. */
    private static final String NAME = "syncline";

    /** A session's processes on the segments end after a while of rest; to start them takes longer than a mark may. */
    private static final String WAKE = "SELECT count(*) FROM gp_dist_random('pg_catalog.pg_am')";

    private static final String MARK =
            "SELECT gp_segment_id, restore_lsn, pg_catalog.clock_timestamp() FROM pg_catalog.gp_create_restore_point(?) WHERE gp_segment_id >= 0";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String HANGING = """
            SELECT pid FROM pg_catalog.pg_stat_activity
             WHERE application_name = pg_catalog.current_setting('application_name') AND usename = current_user AND pid <> pg_catalog.pg_backend_pid()
               AND state = 'active' AND query_start < pg_catalog.clock_timestamp() - ?::float8 * interval '1 s'""";

    private final Sessions coordinator;
    private final List<PrimarySegment> segments;
    private final Map<Long, String> distributions;
    private final Duration patience;
    private @Nullable Connection session;

    /**
     * @param segments what every mark must be of
     * @param distributions of the tables that are looked at behind each mark, as they were noted
     */
    RestorePoints(Sessions coordinator, List<PrimarySegment> segments, Map<Long, String> distributions) {
        this(coordinator, segments, distributions, PATIENCE);
    }

    /** @param patience how long a mark may take */
    RestorePoints(
            Sessions coordinator, List<PrimarySegment> segments, Map<Long, String> distributions, Duration patience) {
        this.patience = patience;
        this.coordinator = coordinator;
        this.segments = List.copyOf(segments);
        this.distributions = Map.copyOf(distributions);
    }

    @Override
    public Mark make() {
        try {
            return make(session());
        } catch (SQLException e) {
            boolean lost = SqlErrors.isConnectionLoss(e);
            if (lost) {
                close();
            }
            throw lost && e.getCause() instanceof SocketTimeoutException
                    ? hanging("a mark in the segments' logs has not been made within " + patience.toSeconds() + " s")
                    : coordinator.errors().of(e, "marking a place in the segments' logs", ErrorCode.SOURCE_RIGHTS);
        }
    }

    private Mark make(Connection session) throws SQLException {
        try (Statement wake = session.createStatement()) {
            wake.execute(WAKE);
        }
        SortedMap<Integer, Lsn> places = new TreeMap<>();
        Instant made = Instant.EPOCH;
        try (PreparedStatement statement = session.prepareStatement(MARK)) {
            statement.setString(1, NAME);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    places.put(rows.getInt(1), Lsn.parse(rows.getString(2)));
                    made = rows.getObject(3, OffsetDateTime.class).toInstant();
                }
            }
        }
        SegmentPosition place = new SegmentPosition(places);
        requireSame(PrimarySegments.list(session), place);
        return new Mark(place, made, redistributed(session));
    }

    private Set<Long> redistributed(Connection session) throws SQLException {
        Set<Long> redistributed = new HashSet<>();
        Distributions.of(session, distributions.keySet()).forEach((table, now) -> {
            if (!now.equals(distributions.get(table))) {
                redistributed.add(table);
            }
        });
        return redistributed;
    }

    /** A mirror that was promoted beside a primary that still runs has the part's further rows, and nobody reads its log. */
    private void requireSame(List<PrimarySegment> now, SegmentPosition place) {
        boolean same = now.stream()
                .map(PrimarySegment::part)
                .toList()
                .equals(segments.stream().map(PrimarySegment::part).toList());
        if (!same || !PrimarySegment.contents(segments).equals(place.bySegment().keySet())) {
            throw new SyncException(
                    ErrorCode.SOURCE_IDENTITY,
                    "source " + coordinator.connection().address() + " has its rows on " + now
                            + " now, and had them on "
                            + segments
                            + " when the streams were opened: a mirror was promoted, or rows have moved to segments whose logs are not read (T37)",
                    "Run heal for this task: it begins at a new position and writes the rows that differ.");
        }
    }

    private SyncException hanging(String what) {
        return new SyncException(
                ErrorCode.SOURCE_UNREACHABLE,
                "source " + coordinator.connection().address() + ": " + what
                        + ". While a process of that session hangs on a segment no transaction of several segments can commit in the whole cluster",
                "Look on the segments for the processes of the session whose application_name ends in \"marks\" (its sess_id in pg_stat_activity is the con... of their titles), and end the one that hangs. The run goes on by itself.");
    }

    private Connection session() throws SQLException {
        Connection current = session;
        if (current == null) {
            current = coordinator.open("marks");
            session = current;
            current.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
            requireNoneHangs(current);
        }
        return current;
    }

    private void requireNoneHangs(Connection session) throws SQLException {
        try (PreparedStatement query = session.prepareStatement(HANGING)) {
            query.setDouble(1, (double) patience.dividedBy(3).toSeconds());
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    throw hanging("the session of an earlier mark (pid " + row.getInt(1) + ") has not ended");
                }
            }
        }
    }

    @Override
    public void close() {
        coordinator.end(session);
        session = null;
    }
}
