package io.syncline.postgresql.stream;

import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** SQL for what could not be removed or put back, one statement a line, with the reason as a comment. */
final class Remains {

    private final List<String> lines = new ArrayList<>();

    void add(String line) {
        lines.add(line);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** False, and the statement is noted, when the server refuses it. */
    boolean attempt(Connection connection, String sql) throws SQLException {
        try {
            ControlSession.patiently(connection, sql);
            return true;
        } catch (SQLException e) {
            requireRefused(e);
            add(sql + "; -- " + reason(e));
            return false;
        }
    }

    static String reason(SQLException e) {
        return e.getMessage() == null
                ? SqlErrors.state(e)
                : e.getMessage().lines().findFirst().orElse("");
    }

    /** A lost connection is no answer of the server's. */
    static void requireRefused(SQLException e) throws SQLException {
        if (SqlErrors.isConnectionLoss(e)) {
            throw e;
        }
    }
}
