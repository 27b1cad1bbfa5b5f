package io.syncline.testkit.writers;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The four sums that are equal in every state that a TPC-B database ever has, because each transaction adds one delta to all of them. A copy
 * in which they differ shows half of a transaction, or one twice.
 *
 * @param accounts sum(abalance)
 * @param tellers sum(tbalance)
 * @param branches sum(bbalance)
 * @param history sum(delta)
 * @param transactions count(*) of pgbench_history
 */
public record TpcbSums(long accounts, long tellers, long branches, long history, long transactions) {

    /** One statement, hence one snapshot at every isolation level. */
    private static final String QUERY = """
            SELECT (SELECT coalesce(sum(abalance), 0) FROM pgbench_accounts),
                   (SELECT coalesce(sum(tbalance), 0) FROM pgbench_tellers),
                   (SELECT coalesce(sum(bbalance), 0) FROM pgbench_branches),
                   coalesce(sum(delta), 0), count(*)
            FROM pgbench_history
            """;

    /** Reads the sums in one snapshot. */
    public static TpcbSums read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            return new TpcbSums(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
        }
    }

    /** Whether all four are equal. */
    public boolean agree() {
        return accounts == tellers && tellers == branches && branches == history;
    }
}
