package io.syncline.postgresql.apply;

import io.syncline.postgresql.session.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How a server with segments keeps the rows of a table. */
record RowStorage(Connection connection, Dialect dialect) {

    /** pg_am: of a partitioned table that of any partition. */
    private static final String BY_ACCESS_METHOD = """
            SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_am AS m ON m.oid = c.relam
                            WHERE c.relkind = 'r' AND m.amname <> 'heap'
                              AND (c.oid = wanted.oid OR c.oid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(wanted.oid::regclass) AS p)))
              FROM (SELECT CAST(? AS oid) AS oid) AS wanted""";

    /** Before access methods pg_class said it: h of heaps, a of rows and c of columns that are appended. Partitioned tables of that time are no destinations. */
    private static final String BY_LETTER = "SELECT c.relstorage <> 'h' FROM pg_catalog.pg_class AS c WHERE c.oid = ?";

    /** Whether rows of the table are appended; PostgreSQL's own are not. */
    boolean isAppended(long table) throws SQLException {
        return switch (dialect) {
            case POSTGRESQL -> false;
            case GREENPLUM_6 -> told(BY_LETTER, table);
            case GREENPLUM_7 -> told(BY_ACCESS_METHOD, table);
        };
    }

    private boolean told(String query, long table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
