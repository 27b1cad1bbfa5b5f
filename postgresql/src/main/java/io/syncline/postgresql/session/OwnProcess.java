package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether each session has a process of the server to itself from its beginning to its end. A pooler that gives a session another process for each transaction, or one process to
 * several sessions in turn, would have settings, locks and temporary tables of one session hold in another. It may pin all settings as we ask while nobody else is there (T47): so what
 * is asked is the process itself.
 */
public record OwnProcess(Sessions sessions) {

    /** Poolers either give the process that was used last, or go round. */
    private static final int LOOKS = 3;

    /** @throws SyncException SESSION_SETTINGS when it has not; as {@link Sessions#open} when there is no session */
    public void require() {
        try {
            sessions.briefly("pooler", this::requireBeside);
        } catch (SQLException e) {
            throw sessions.errors()
                    .of(e, "looking for a pooler", sessions.side().unreachable());
        }
    }

    private Set<Integer> requireBeside(Connection one) throws SQLException {
        Connection other = sessions.open("pooler");
        try {
            Set<Integer> ofOne = processes(one);
            Set<Integer> ofOther = processes(other);
            if (ofOne.size() > 1 || ofOther.size() > 1 || ofOne.equals(ofOther)) {
                throw new SyncException(
                        ErrorCode.SESSION_SETTINGS,
                        sessions.side().word() + " " + sessions.connection().address()
                                + ": sessions share the server's processes transaction by transaction; a pooler stands between,"
                                + " by which settings and locks of one session would hold in another",
                        "Connect to the server itself, not to a pooler.");
            }
            return ofOne;
        } finally {
            sessions.end(other);
        }
    }

    private static Set<Integer> processes(Connection session) throws SQLException {
        Set<Integer> processes = new HashSet<>();
        try (Statement statement = session.createStatement()) {
            for (int look = 0; look < LOOKS; look++) {
                try (ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_backend_pid()")) {
                    row.next();
                    processes.add(row.getInt(1));
                }
            }
        }
        return processes;
    }
}
