package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.ServerIdentity;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From which timelines a server's history comes, and where it left each (PostgreSQL documentation, Streaming Replication Protocol, TIMELINE_HISTORY; the file's lines are
 * {@code timeline, position, reason}).
 */
final class TimelineHistory {

    private static final Pattern LINE = Pattern.compile("^\\s*(\\d+)\\s+([0-9A-Fa-f]+/[0-9A-Fa-f]+)");

    private final Sessions sessions;

    TimelineHistory(Sessions sessions) {
        this.sessions = sessions;
    }

    /**
     * T23: what lies behind the place where the present history left a timeline is not in it.
     *
     * @param timeline of which {@code position} is
     */
    void requireHolds(String timeline, Lsn position) {
        String now = ServerIdentity.read(sessions).lineage();
        Lsn left = leftAt(now).get(timeline);
        if (left == null) {
            throw new SyncException(
                    ErrorCode.SOURCE_IDENTITY,
                    where() + " is on timeline " + now + ", whose history does not come from timeline " + timeline
                            + ", that of the task's positions; they mean nothing here",
                    "Point the task at the server that goes on from the one it started with, or clean the task and start it anew.");
        }
        if (position.compareTo(left) > 0) {
            throw new SyncException(
                    ErrorCode.SOURCE_GAP,
                    where() + " was promoted at " + left + " of timeline " + timeline
                            + ", but the destination holds what was read up to " + position
                            + " from the server before it: the rows between them were lost with that server, and the"
                            + " destination has them",
                    "Run heal for this task: it makes the rows those of this server. With synchronized_standby_slots a source never tells"
                            + " a task more than its standbys have.");
        }
    }

    private Map<String, Lsn> leftAt(String now) {
        Map<String, Lsn> left = new HashMap<>();
        String history = read(now);
        if (history != null) {
            for (String line : history.split("\n", -1)) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.find()) {
                    left.put(matcher.group(1), Lsn.parse(matcher.group(2)));
                }
            }
        }
        return left;
    }

    private @Nullable String read(String timeline) {
        Connection walsender = sessions.openReplication("history");
        try (Statement statement = walsender.createStatement();
                ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + Integer.parseInt(timeline))) {
            return row.next() ? row.getString("content") : null;
        } catch (SQLException e) {
            throw sessions.errors().of(e, "reading the history of timeline " + timeline, ErrorCode.SOURCE_IDENTITY);
        } finally {
            sessions.end(walsender);
        }
    }

    private String where() {
        return "source " + sessions.connection().address();
    }
}
