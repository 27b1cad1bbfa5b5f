package io.syncline.postgresql.load;

import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * Empties a table in the caller's transaction: by TRUNCATE, or row by row where that is refused.
 *
 * @param connection with autocommit off
 */
record TableEmptying(Connection connection) {
    /** insufficient_privilege; feature_not_supported: a foreign key of another table refers to this one; wrong_object_type. */
    private static final Set<String> REFUSED = Set.of("42501", "0A000", "42809");

    /** Of the rows of a route's source table (T32). */
    void empty(TableRoute route) throws SQLException {
        TableId table = route.destination().table();
        Origin origin = route.origin();
        if (origin == null) {
            empty(table);
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("DELETE FROM " + only(table) + Quoting.table(table) + " AS t WHERE "
                    + OriginSql.isOwn(origin, "t"));
        }
    }

    /** Of all rows. */
    void empty(TableId table) throws SQLException {
        String name = only(table) + Quoting.table(table);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '60s'");
            statement.execute("SAVEPOINT before_truncate");
            try {
                statement.execute("TRUNCATE " + name);
            } catch (SQLException e) {
                if (!REFUSED.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
                statement.execute("ROLLBACK TO SAVEPOINT before_truncate");
                statement.execute("DELETE FROM " + name);
            }
        }
    }

    /** Tables that inherit from it have rows of their own; partitions hold the table's. */
    String only(TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT relkind = 'p' FROM pg_catalog.pg_class WHERE oid = CAST(? AS regclass)")) {
            statement.setString(1, Quoting.table(table));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1) ? "" : "ONLY ";
            }
        }
    }
}
