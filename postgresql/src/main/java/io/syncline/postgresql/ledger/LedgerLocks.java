package io.syncline.postgresql.ledger;

import io.syncline.postgresql.session.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * How transactions hold what belongs to one task (I7, T20). Where a row can be locked by itself, the ledger's rows are. Where that locks the whole table until the transaction ends
 * (Greenplum, T36), advisory locks stand for them: they are taken by statements of their own, and what they protect is read by a later statement, whose snapshot is newer.
 *
 * @param dialect asked when a lock is taken
 */
public record LedgerLocks(Supplier<Dialect> dialect) {

    /** The first keys of our advisory locks; the second is the hash of what is locked, so that two tasks may wait for each other, and never lack a lock. */
    private static final int TASK = 0x53594E54;

    private static final int STREAM = 0x53594E53;

    /** With whoever else shares the task: nobody takes it over before the transaction's end. */
    void share(Connection connection, String task) throws SQLException {
        if (areAdvisory()) {
            take(connection, "pg_advisory_xact_lock_shared", TASK, task);
        }
    }

    /** Alone: waits for all that share it. */
    void own(Connection connection, String task) throws SQLException {
        if (areAdvisory()) {
            take(connection, "pg_advisory_xact_lock", TASK, task);
        }
    }

    /** Keeps a task, and alone one of its streams, until the transaction's end. */
    public void ownStream(Connection connection, String task, String stream) throws SQLException {
        if (areAdvisory()) {
            take(connection, "pg_advisory_xact_lock_shared", TASK, task);
            take(connection, "pg_advisory_xact_lock", STREAM, task + " " + stream);
        }
    }

    /** What a query says behind its condition so that it locks the rows that it finds: with {@code FOR KEY SHARE} and others, nothing where an advisory lock holds already. */
    public String rows(String strength) {
        return areAdvisory() ? "" : " " + strength;
    }

    private boolean areAdvisory() {
        return dialect.get().isDistributed();
    }

    private static void take(Connection connection, String lock, int kind, String what) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + lock + "(" + kind + ", hashtext(CAST(? AS text)))")) {
            statement.setString(1, what);
            statement.execute();
        }
    }
}
