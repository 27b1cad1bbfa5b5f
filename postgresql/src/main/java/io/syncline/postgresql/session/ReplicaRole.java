package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps triggers, rules and foreign keys from acting on rows that we write (T2): {@code session_replication_role = replica}. A superuser may set it, from 15 on whoever has
 * GRANT SET ON PARAMETER, and on managed servers whom their maker lets: so it is tried, not looked up. Where a role may not, foreign keys wait until later, and the precheck
 * has seen to it that nothing else of that kind is active.
 */
public final class ReplicaRole {

    private static final String REFUSED = "42501";

    private ReplicaRole() {}

    /**
     * For the rest of the session, where the role may.
     *
     * @param connection in autocommit
     */
    public static void take(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
        } catch (SQLException e) {
            if (!SqlErrors.state(e).equals(REFUSED)) {
                throw e;
            }
        }
    }

    /** Whether sessions of this role may take it. */
    public static boolean isAllowed(Sessions sessions) {
        try {
            return sessions.briefly("rights", ReplicaRole::tried);
        } catch (SQLException e) {
            if (SqlErrors.state(e).equals(REFUSED)) {
                return false;
            }
            throw sessions.errors().of(e, "trying session_replication_role", ErrorCode.DESTINATION_RIGHTS);
        }
    }

    private static boolean tried(Connection session) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("BEGIN; SET LOCAL session_replication_role = replica; ROLLBACK");
            return true;
        }
    }
}
