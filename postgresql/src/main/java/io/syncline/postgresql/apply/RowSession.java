package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.BadValue;
import io.syncline.postgresql.session.ServerSystem;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A session that writes rows, with everything that it keeps from one transaction to the next. Its transactions have a savepoint, which follows what was applied, and to which they go back when
 * something does not fit.
 */
final class RowSession {

    /** Sets the savepoint of a transaction's first round. */
    static final String SAVEPOINT = "SAVEPOINT syncline_round";

    private final Connection connection;
    private final SqlErrors errors;
    private final RowLedger ledger;
    private final Targets targets;
    private final Feeds feeds;
    private final GroupApplier groups;
    private final OrderedApplier ordered;
    private final SinglingOut singlingOut;

    /** @param inserts what an inserted row is called where it is refused */
    RowSession(
            Connection connection,
            SqlErrors errors,
            ApplyRules rules,
            RowLedger ledger,
            BadValue.Kind inserts,
            ServerSystem server) {
        this.connection = connection;
        this.errors = errors;
        this.ledger = ledger;
        this.targets = new Targets(connection, rules, server.dialect());
        this.feeds = new Feeds(connection, server);
        SharedKeys sharedKeys = new SharedKeys(feeds);
        this.groups = new GroupApplier(targets, feeds, sharedKeys, ledger.quarantine());
        this.ordered = new OrderedApplier(
                targets, groups, new KeylessApplier(feeds, groups), new BatchApplier(feeds, groups, sharedKeys));
        RefusedColumns columns = new RefusedColumns(connection);
        Rejections rejections = new Rejections(columns);
        ConflictResolver conflicts = new ConflictResolver(this, new OtherRows(connection, server), rejections);
        this.singlingOut = new SinglingOut(
                this,
                conflicts,
                new BadValueResolver(this, conflicts, rejections, columns, new TakenRows(connection, server), inserts));
    }

    SqlErrors errors() {
        return errors;
    }

    Targets targets() {
        return targets;
    }

    Feeds feeds() {
        return feeds;
    }

    GroupApplier groups() {
        return groups;
    }

    OrderedApplier ordered() {
        return ordered;
    }

    SinglingOut singlingOut() {
        return singlingOut;
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

    /** The transaction may have begun before, and have written; its savepoint is set by the caller. */
    void transactionBegins() {
        ledger.transactionBegins();
        feeds.pool().transactionBegins();
        targets.transactionBegins();
    }

    /** Before the transaction's end. */
    void writeNotes(String position) throws SQLException {
        ledger.write(position);
    }

    void transactionUndone() {
        ledger.transactionUndone();
        feeds.pool().transactionUndone();
    }

    /** The savepoint moves up to here: what was applied before it stays when a round is undone (T38). */
    void moveSavepoint() throws SQLException {
        execute("RELEASE SAVEPOINT syncline_round; " + SAVEPOINT);
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
}
