package io.syncline.testkit.writers;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.random.RandomGenerator;

/** The transactions of one client on one connection; each method does the work of one, the caller commits or rolls back. */
final class TpcbTransactions implements AutoCloseable {

    private static final int DELTA = 5_000;
    private static final int SIDE_KEYS = 500;
    private static final int DOCUMENT = 4_000;

    private final TpcbSchema schema;
    private final RandomGenerator random;
    private final Connection connection;
    private final PreparedStatement account;
    private final PreparedStatement balance;
    private final PreparedStatement teller;
    private final PreparedStatement branch;
    private final PreparedStatement history;

    TpcbTransactions(TpcbSchema schema, RandomGenerator random, Connection connection) throws SQLException {
        this.schema = schema;
        this.random = random;
        this.connection = connection;
        connection.setAutoCommit(false);
        account = connection.prepareStatement("UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ?");
        balance = connection.prepareStatement("SELECT abalance FROM pgbench_accounts WHERE aid = ?");
        teller = connection.prepareStatement("UPDATE pgbench_tellers SET tbalance = tbalance + ? WHERE tid = ?");
        branch = connection.prepareStatement("UPDATE pgbench_branches SET bbalance = bbalance + ? WHERE bid = ?");
        history = connection.prepareStatement(
                "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)");
    }

    /** Does the work of one transaction; false means that there was nothing to do and that it is to be rolled back. */
    boolean perform(TpcbMix.Kind kind, int bigRows) throws SQLException {
        return switch (kind) {
            case TPCB -> tpcb();
            case KEY_CHANGE -> keyChange();
            case DELETE_INSERT -> deleteInsert();
            case SIDE -> side();
            case TRUNCATE -> truncate();
            case BIG -> big(bigRows);
        };
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private boolean tpcb() throws SQLException {
        int aid = anyAccount();
        int delta = random.nextInt(-DELTA, DELTA + 1);
        if (update(account, delta, aid) == 0) {
            return false; // another client has moved this account
        }
        balance.setInt(1, aid);
        try (ResultSet row = balance.executeQuery()) {
            row.next();
        }
        int tid = random.nextInt(1, schema.tellers() + 1);
        int bid = random.nextInt(1, schema.scale() + 1);
        post(tid, bid, aid, delta);
        return true;
    }

    private void post(int tid, int bid, int aid, int delta) throws SQLException {
        update(teller, delta, tid);
        update(branch, delta, bid);
        history.setInt(1, tid);
        history.setInt(2, bid);
        history.setInt(3, aid);
        history.setInt(4, delta);
        history.executeUpdate();
    }

    /** A moved account has the negative of its key; the few accounts that are moved at all are moved back as often. */
    private boolean keyChange() throws SQLException {
        int aid = random.nextInt(1, Math.min(1_000, schema.accounts()) + 1);
        return run("UPDATE pgbench_accounts SET aid = -aid WHERE aid IN (?, ?)", aid, -aid) > 0;
    }

    private boolean deleteInsert() throws SQLException {
        int aid = anyAccount();
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM pgbench_accounts WHERE aid = ? RETURNING bid, abalance, filler")) {
            delete.setInt(1, aid);
            try (ResultSet row = delete.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO pgbench_accounts (aid, bid, abalance, filler) VALUES (?, ?, ?, ?)")) {
                    insert.setInt(1, aid);
                    insert.setInt(2, row.getInt(1));
                    insert.setInt(3, row.getInt(2));
                    insert.setString(4, row.getString(3));
                    insert.executeUpdate();
                }
                return true;
            }
        }
    }

    private boolean side() throws SQLException {
        int id = random.nextInt(1, SIDE_KEYS + 1);
        switch (random.nextInt(4)) {
            case 0 ->
                run(
                        "INSERT INTO pgbench_side VALUES (?, 0, repeat(md5(?::text), " + DOCUMENT / 32
                                + ")) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
                        id,
                        random.nextInt());
            case 1 -> run("UPDATE pgbench_side SET counter = counter + 1 WHERE id = ?", id);
            case 2 -> run("UPDATE pgbench_side SET id = -id WHERE id IN (?, ?)", id, -id);
            case 3 -> run("DELETE FROM pgbench_side WHERE id IN (?, ?)", id, -id);
            default -> throw new AssertionError("beyond the bound of the random number");
        }
        return true;
    }

    private boolean truncate() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE pgbench_side");
            return true;
        }
    }

    private boolean big(int rows) throws SQLException {
        int bid = random.nextInt(1, schema.scale() + 1);
        int first = (bid - 1) * TpcbSchema.ACCOUNTS_PER_BRANCH
                + random.nextInt(1, TpcbSchema.ACCOUNTS_PER_BRANCH - rows + 2);
        int changed = run(
                "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid >= ? AND aid < ?", first, first + rows);
        post((bid - 1) * TpcbSchema.TELLERS_PER_BRANCH + 1, bid, first, changed);
        return true;
    }

    private int anyAccount() {
        return random.nextInt(1, schema.accounts() + 1);
    }

    private static int update(PreparedStatement statement, int delta, int key) throws SQLException {
        statement.setInt(1, delta);
        statement.setInt(2, key);
        return statement.executeUpdate();
    }

    private int run(String sql, int... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < parameters.length; index++) {
                statement.setInt(index + 1, parameters[index]);
            }
            return statement.executeUpdate();
        }
    }
}
