package io.syncline.postgresql.greenplum;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Marks (T35) by {@code gp_create_restore_point()} (7.0.0, xlogfuncs_gp.c): it waits for the second phases that are under way, and keeps new ones from beginning while each segment writes the record whose place it returns.
 * The role needs EXECUTE on it and on {@code pg_create_restore_point(text)}. For one thread.
 */
final class RestorePoints implements Marks, AutoCloseable {

    /** Segments write it into their logs, where it says whose it is. */
    private static final String NAME = "syncline";

    /** A session's processes on the segments end after a while of rest; to start them takes longer than a mark may. */
    private static final String WAKE = "SELECT count(*) FROM gp_dist_random('pg_catalog.pg_am')";

    private static final String MARK =
            "SELECT gp_segment_id, restore_lsn FROM pg_catalog.gp_create_restore_point(?) WHERE gp_segment_id >= 0";

    private final Sessions coordinator;
    private final Set<Integer> segments;
    private @Nullable Connection session;

    /** @param segments the content ids that every mark must name */
    RestorePoints(Sessions coordinator, Set<Integer> segments) {
        this.coordinator = coordinator;
        this.segments = Set.copyOf(segments);
    }

    @Override
    public SegmentPosition make() {
        try {
            return require(make(session()));
        } catch (SQLException e) {
            if (SqlErrors.isConnectionLoss(e)) {
                close();
            }
            throw coordinator.errors().of(e, "marking a place in the segments' logs", ErrorCode.SOURCE_RIGHTS);
        }
    }

    private static SegmentPosition make(Connection session) throws SQLException {
        try (Statement wake = session.createStatement()) {
            wake.execute(WAKE);
        }
        try (PreparedStatement statement = session.prepareStatement(MARK)) {
            statement.setString(1, NAME);
            try (ResultSet rows = statement.executeQuery()) {
                SortedMap<Integer, Lsn> places = new TreeMap<>();
                while (rows.next()) {
                    places.put(rows.getInt(1), Lsn.parse(rows.getString(2)));
                }
                return new SegmentPosition(places);
            }
        }
    }

    private SegmentPosition require(SegmentPosition mark) {
        if (!mark.bySegment().keySet().equals(segments)) {
            throw new SyncException(
                    ErrorCode.SOURCE_IDENTITY,
                    "source " + coordinator.connection().address() + " has segments "
                            + mark.bySegment().keySet() + " now, and had " + segments
                            + " when the streams were opened: rows may have moved to segments whose logs are not read",
                    "Run heal for this task: it begins at a new position and writes the rows that differ.");
        }
        return mark;
    }

    private Connection session() {
        Connection current = session;
        if (current == null) {
            current = coordinator.open("marks");
            session = current;
        }
        return current;
    }

    @Override
    public void close() {
        coordinator.end(session);
        session = null;
    }
}
