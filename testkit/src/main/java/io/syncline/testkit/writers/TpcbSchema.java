package io.syncline.testkit.writers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/**
 * The four tables that {@code pgbench -i} makes, column by column the same, filled at a scale; and a side table with long documents for
 * changes that TPC-B does not make.
 *
 * @param scale how many branches, each with 10 tellers and 100,000 accounts
 */
public record TpcbSchema(int scale) {

    /** The tables' names. */
    public static final List<String> TABLE_NAMES =
            List.of("pgbench_history", "pgbench_tellers", "pgbench_accounts", "pgbench_branches", "pgbench_side");

    static final int TELLERS_PER_BRANCH = 10;
    static final int ACCOUNTS_PER_BRANCH = 100_000;

    private static final String TABLES = """
            CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
            CREATE TABLE pgbench_tellers (tid int NOT NULL, bid int, tbalance int, filler char(84)) WITH (fillfactor=100);
            CREATE TABLE pgbench_accounts (aid int NOT NULL, bid int, abalance int, filler char(84)) WITH (fillfactor=100);
            CREATE TABLE pgbench_branches (bid int NOT NULL, bbalance int, filler char(88)) WITH (fillfactor=100);
            CREATE TABLE pgbench_side (id bigint PRIMARY KEY, counter int NOT NULL, document text NOT NULL);
            ALTER TABLE pgbench_side ALTER COLUMN document SET STORAGE EXTERNAL;
            """;

    private static final String KEYS = """
            ALTER TABLE pgbench_branches ADD PRIMARY KEY (bid);
            ALTER TABLE pgbench_tellers ADD PRIMARY KEY (tid);
            ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid);
            VACUUM ANALYZE pgbench_branches;
            VACUUM ANALYZE pgbench_tellers;
            VACUUM ANALYZE pgbench_accounts;
            """;

    /** Rejects a scale that pgbench would not take either. */
    public TpcbSchema {
        if (scale < 1) {
            throw new IllegalArgumentException("the scale is at least 1, not " + scale);
        }
    }

    /** The number of rows of pgbench_accounts. */
    public int accounts() {
        return scale * ACCOUNTS_PER_BRANCH;
    }

    /** The number of rows of pgbench_tellers. */
    public int tellers() {
        return scale * TELLERS_PER_BRANCH;
    }

    /**
     * Creates and fills the tables in the first schema of the search path.
     *
     * @param connection in autocommit mode
     */
    public void create(Connection connection) throws SQLException {
        execute(connection, TABLES);
        copy(connection, "pgbench_branches (bid, bbalance)", scale, row -> row + "\t0\n");
        copy(
                connection,
                "pgbench_tellers (tid, bid, tbalance)",
                tellers(),
                row -> row + "\t" + branchOf(row, TELLERS_PER_BRANCH) + "\t0\n");
        copy(
                connection,
                "pgbench_accounts (aid, bid, abalance, filler)",
                accounts(),
                row -> row + "\t" + branchOf(row, ACCOUNTS_PER_BRANCH) + "\t0\t\n");
        for (String statement : KEYS.split(";\n", -1)) {
            // VACUUM runs in no transaction block, and a string of several statements is one
            execute(connection, statement);
        }
    }

    private interface Line {
        String of(int row);
    }

    private static int branchOf(int row, int perBranch) {
        return (row - 1) / perBranch + 1;
    }

    private static void copy(Connection connection, String target, int rows, Line line) throws SQLException {
        try (PGCopyOutputStream copy = new PGCopyOutputStream(
                connection.unwrap(PGConnection.class), "COPY " + target + " FROM STDIN", 1 << 16)) {
            for (int row = 1; row <= rows; row++) {
                copy.write(line.of(row).getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new SQLException("COPY into " + target, e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
