package io.syncline.postgresql.apply;

import io.syncline.api.apply.Conflict;
import io.syncline.api.apply.NetChange;
import io.syncline.api.model.Row;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.ConflictRows;
import io.syncline.postgresql.ledger.ConflictRows.Noted;
import io.syncline.postgresql.ledger.LedgerTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The conflicts that a transaction resolves, on their way into the ledger, which takes them with the rows (I4). */
final class ConflictNotes {

    /** More are written before the transaction's end, so that memory stays bounded (I5). */
    private static final int HELD = 10_000;

    private final Connection connection;
    private final ConflictRows rows;
    private final Lease lease;
    private final List<Noted> noted = new ArrayList<>();

    ConflictNotes(Connection connection, LedgerTables tables, Lease lease) {
        this.connection = connection;
        this.rows = new ConflictRows(tables);
        this.lease = lease;
    }

    void transactionBegins() {
        noted.clear();
    }

    void add(Target target, Conflict.Kind kind, Conflict.Outcome outcome, NetChange change) throws SQLException {
        add(target, kind, outcome, change, List.of());
    }

    /** @param removed the key of a row that was deleted for the change */
    void add(Target target, Conflict.Kind kind, Conflict.Outcome outcome, NetChange change, List<String> removed)
            throws SQLException {
        noted.add(new Noted(
                target.route().destination().table(), kind, outcome, key(target, Requests.keyRow(change)), removed));
        if (noted.size() == HELD) {
            write();
        }
    }

    /** Before the transaction's end. */
    void write() throws SQLException {
        if (!noted.isEmpty()) {
            rows.add(connection, lease, noted);
            noted.clear();
        }
    }

    private static List<String> key(Target target, Row row) {
        return target.key().stream()
                .map(column -> row.text(target.source(column)))
                .toList();
    }
}
