package io.syncline.postgresql.apply;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How long the applier's commits wait. One by one they wait for no disk: with {@code synchronous_commit = off} a crash may undo the last of them, always the newest first
 * (PostgreSQL documentation, Asynchronous Commit), and no position among them was confirmed to the source. One commit that waits settles all before it (I1).
 */
enum CommitPace {
    /** Only a commit that is asked to does wait. */
    SELDOM,
    /** Each commit waits until the standbys show it: a role's {@code remote_apply} is a promise to their readers. */
    ALWAYS;

    /** Sets the pace of a session that is pinned to commits that wait. */
    static CommitPace of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT current_setting('synchronous_commit')")) {
                row.next();
                if (row.getString(1).equals("remote_apply")) {
                    return ALWAYS;
                }
            }
            statement.execute("SET synchronous_commit = off");
            return SELDOM;
        }
    }

    /** Makes the commit of the transaction that is open, or begins with this, wait for the disk, and for synchronous standbys. */
    static void waitInThis(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL synchronous_commit = on");
        }
    }
}
