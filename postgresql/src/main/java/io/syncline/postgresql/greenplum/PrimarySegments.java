package io.syncline.postgresql.greenplum;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Which segments a cluster's rows lie on now. */
final class PrimarySegments {

    private static final String LIST = """
            SELECT content, dbid, address, port, status = 'u' AS up
              FROM pg_catalog.gp_segment_configuration
             WHERE content >= 0 AND role = 'p'
             ORDER BY content""";

    private final Sessions coordinator;

    PrimarySegments(Sessions coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * In the order of their content ids.
     *
     * @throws SyncException SOURCE_UNREACHABLE while the coordinator takes one for down
     */
    List<PrimarySegment> list() {
        try {
            return coordinator.briefly("segments", PrimarySegments::list);
        } catch (SQLException e) {
            throw coordinator.errors().of(e, "listing the segments", ErrorCode.SOURCE_SETTINGS);
        }
    }

    /** As {@link #list()}, in a session of the coordinator's. */
    static List<PrimarySegment> list(Connection session) throws SQLException {
        List<PrimarySegment> segments = new ArrayList<>();
        try (Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(LIST)) {
            while (rows.next()) {
                PrimarySegment segment = new PrimarySegment(
                        rows.getInt("content"), rows.getInt("dbid"), rows.getString("address"), rows.getInt("port"));
                if (!rows.getBoolean("up")) {
                    throw new SyncException(
                            ErrorCode.SOURCE_UNREACHABLE,
                            "segment " + segment.content() + " of the source (" + segment.host() + ":" + segment.port()
                                    + ") is down, and its rows' changes cannot be read",
                            "Bring the segment up (gprecoverseg); the run goes on by itself.");
                }
                segments.add(segment);
            }
        }
        return List.copyOf(segments);
    }
}
