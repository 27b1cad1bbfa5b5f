package io.syncline.postgresql.apply;

import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps triggers, rules and foreign keys from acting on rows that we write (T2): {@code session_replication_role = replica}, where the role may set it (superuser, or from
 * 15 on GRANT SET ON PARAMETER). Where it may not, the precheck has seen to it that nothing of that kind is active.
 */
public final class ReplicaRole {

    private ReplicaRole() {}

    /**
     * For the rest of the session.
     *
     * @param connection in autocommit
     * @return false when the role may not
     */
    public static boolean take(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            return true;
        } catch (SQLException e) {
            if (SqlErrors.state(e).equals("42501")) {
                return false;
            }
            throw e;
        }
    }
}
