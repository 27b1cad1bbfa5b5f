package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.BadValue;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.ReplicaRole;
import io.syncline.postgresql.session.ServerSystem;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;

/** The applier's session: rows, and what else its transactions write into the ledger. */
final class ApplySession implements AutoCloseable {

    /**
     * Constraints that may wait are checked at the end, as they could be at the source (T43); the first round's savepoint is set in the same round trip.
     */
    static final String AFTER_LOCK = "; SET CONSTRAINTS ALL DEFERRED; " + RowSession.SAVEPOINT;

    private final Connection connection;
    private final SessionLedger ledger;
    private final RowSession rows;
    private final CommitPace pace;

    ApplySession(Connection connection, SqlErrors errors, ApplyRules rules, SessionLedger ledger, ServerSystem server)
            throws SQLException {
        this.connection = connection;
        this.ledger = ledger;
        this.rows = new RowSession(connection, errors, rules, ledger.rows(), BadValue.Kind.INSERT, server);
        this.pace = CommitPace.of(connection);
        ReplicaRole.take(connection);
        rows.feeds().planner().preferLookups();
        connection.setAutoCommit(false);
    }

    RowSession rows() {
        return rows;
    }

    StreamRow streamRow() {
        return ledger.streamRow();
    }

    LedgerKeys keys() {
        return ledger.keys();
    }

    TableAlterer alterer() {
        return ledger.alterer();
    }

    Answers answers() {
        return ledger.answers();
    }

    /** Between transactions: a commit that waits, after which those before it are durable too. */
    void settle() throws SQLException {
        if (pace == CommitPace.ALWAYS) {
            return;
        }
        try {
            CommitPace.waitInThis(connection);
            ledger.streamRow().touch();
            connection.commit();
        } catch (SQLException | SyncException e) {
            try {
                connection.rollback();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    void rollBack() throws SQLException {
        connection.rollback();
        rows.transactionUndone();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // The session ends either way, and the server undoes its transaction with it.
            System.getLogger(ApplySession.class.getName())
                    .log(System.Logger.Level.DEBUG, "the applier's session could not be closed", e);
        }
    }
}
