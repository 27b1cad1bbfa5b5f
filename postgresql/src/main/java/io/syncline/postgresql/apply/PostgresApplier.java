package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Applier;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.LedgerLocks;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a stream at a PostgreSQL destination, on a session of its own that is opened when it is first needed. A session that breaks may have lost commits
 * with it, so its applier fails from then on, and the next attempt asks the ledger where to go on.
 */
public final class PostgresApplier implements Applier {

    private final Sessions sessions;
    private final LedgerTables tables;
    private final Lease lease;
    private final StreamId stream;
    private final ApplyRules rules;
    private @Nullable ApplySession session;
    private boolean closed;

    /** @param rules what becomes of conflicts */
    public PostgresApplier(Sessions sessions, LedgerTables tables, Lease lease, StreamId stream, ApplyRules rules) {
        this.sessions = sessions;
        this.tables = tables;
        this.lease = lease;
        this.stream = stream;
        this.rules = rules;
    }

    @Override
    public Transaction begin(Position previous) {
        requireOpen();
        try {
            ApplySession open = session;
            if (open == null) {
                open = open();
                session = open;
            }
            return ApplyTransaction.begin(open, previous);
        } catch (SQLException e) {
            throw sessions.errors().of(e, "beginning a transaction", ErrorCode.DESTINATION_SCHEMA);
        }
    }

    @Override
    public void makeDurable() {
        requireOpen();
        ApplySession open = session;
        if (open == null) {
            return;
        }
        try {
            open.settle();
        } catch (SQLException e) {
            throw sessions.errors().of(e, "making commits durable", ErrorCode.DESTINATION_SCHEMA);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the applier is closed");
        }
    }

    private ApplySession open() throws SQLException {
        Connection connection = sessions.open("apply");
        try {
            return new ApplySession(
                    connection,
                    sessions.errors(),
                    rules,
                    new SessionLedger(
                            new StreamRow(
                                    connection,
                                    tables,
                                    new LedgerLocks(sessions::dialect),
                                    lease,
                                    stream,
                                    ApplySession.AFTER_LOCK),
                            new LedgerKeys(connection, tables, lease),
                            RowLedger.of(connection, tables, lease),
                            new TableAlterer(connection, tables, lease),
                            new Answers(connection, tables, lease)),
                    sessions.system());
        } catch (SQLException | SyncException e) {
            connection.close();
            throw e;
        }
    }

    /** Ends the session; the server undoes what was not committed. */
    @Override
    public void close() {
        closed = true;
        ApplySession open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }
}
