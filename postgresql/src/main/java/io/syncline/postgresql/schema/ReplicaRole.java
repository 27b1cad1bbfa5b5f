package io.syncline.postgresql.schema;

import io.syncline.api.error.ErrorCode;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Whether this role may set session_replication_role to replica, under which foreign keys, triggers and rules do not fire on what a session writes (T2): a superuser,
 * from 15 on whoever has GRANT SET ON PARAMETER, and on managed servers whom their maker lets. So it is tried, not looked up.
 */
public final class ReplicaRole {

    private final Sessions sessions;

    public ReplicaRole(Sessions sessions) {
        this.sessions = sessions;
    }

    public boolean allowed() {
        try {
            return sessions.briefly("rights", ReplicaRole::tried);
        } catch (SQLException e) {
            if (SqlErrors.state(e).equals("42501")) {
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
