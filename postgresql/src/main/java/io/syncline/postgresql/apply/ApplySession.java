package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.ReplicaRole;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The applier's session with everything that it keeps from one transaction to the next. */
final class ApplySession implements AutoCloseable {

    /**
     * Constraints that may wait are checked at the end, as they could be at the source (T43); the first round's savepoint is set in the same round trip.
     */
    static final String AFTER_LOCK = "; SET CONSTRAINTS ALL DEFERRED; SAVEPOINT syncline_round";

    private final Connection connection;
    private final SqlErrors errors;
    private final SessionLedger ledger;
    private final Targets targets;
    private final Feeds feeds;
    private final GroupApplier groups;
    private final OrderedApplier ordered;
    private final SinglingOut singlingOut;
    private final CommitPace pace;

    ApplySession(Connection connection, SqlErrors errors, ApplyRules rules, SessionLedger ledger, int serverVersion)
            throws SQLException {
        this.connection = connection;
        this.errors = errors;
        this.ledger = ledger;
        this.targets = new Targets(connection, rules);
        this.feeds = new Feeds(connection, serverVersion);
        SharedKeys sharedKeys = new SharedKeys(feeds);
        this.groups = new GroupApplier(targets, feeds, sharedKeys, ledger.quarantine());
        this.ordered = new OrderedApplier(
                targets, groups, new KeylessApplier(feeds, groups), new BatchApplier(feeds, groups, sharedKeys));
        RefusedColumns columns = new RefusedColumns(connection);
        Rejections rejections = new Rejections(columns);
        ConflictResolver resolver = new ConflictResolver(this, new OtherRows(connection, serverVersion), rejections);
        this.singlingOut = new SinglingOut(
                this,
                resolver,
                new BadValueResolver(this, resolver, rejections, columns, new TakenRows(connection, serverVersion)));
        this.pace = CommitPace.of(connection);
        ReplicaRole.take(connection);
        feeds.planner().preferLookups();
        connection.setAutoCommit(false);
    }

    SqlErrors errors() {
        return errors;
    }

    StreamRow streamRow() {
        return ledger.streamRow();
    }

    LedgerKeys keys() {
        return ledger.keys();
    }

    Targets targets() {
        return targets;
    }

    GroupApplier groups() {
        return groups;
    }

    OrderedApplier ordered() {
        return ordered;
    }

    ConflictNotes conflicts() {
        return ledger.conflicts();
    }

    BadValueNotes badValues() {
        return ledger.badValues();
    }

    Quarantine quarantine() {
        return ledger.quarantine();
    }

    SinglingOut singlingOut() {
        return singlingOut;
    }

    TableAlterer alterer() {
        return ledger.alterer();
    }

    void transactionBegins() {
        ledger.conflicts().transactionBegins();
        ledger.badValues().transactionBegins();
        ledger.quarantine().transactionBegins();
        feeds.pool().transactionBegins();
        targets.transactionBegins();
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
        ledger.conflicts().transactionBegins();
        ledger.badValues().transactionBegins();
        ledger.quarantine().transactionBegins();
        feeds.pool().transactionUndone();
    }

    /** The savepoint moves up to here: what was applied before it stays when a round is undone (T38). */
    void moveSavepoint() throws SQLException {
        execute("RELEASE SAVEPOINT syncline_round; SAVEPOINT syncline_round");
        feeds.pool().savepointSet();
    }

    /** Back to the savepoint, which stays. */
    void undoToSavepoint() throws SQLException {
        execute("ROLLBACK TO SAVEPOINT syncline_round");
        feeds.pool().savepointUndone();
    }

    void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(command);
        }
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
