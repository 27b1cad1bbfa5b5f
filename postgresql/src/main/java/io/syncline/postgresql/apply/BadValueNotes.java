package io.syncline.postgresql.apply;

import io.syncline.api.apply.BadValue;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.BadValueRows;
import io.syncline.postgresql.ledger.BadValueRows.Noted;
import io.syncline.postgresql.ledger.LedgerTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The values that the destination refuses in a transaction, on their way into the ledger, which takes them with the rows (I4). */
final class BadValueNotes {

    /** More are written before the transaction's end, so that memory stays bounded (I5). */
    private static final int HELD = 1_000;

    private final Connection connection;
    private final BadValueRows rows;
    private final Lease lease;
    private final List<Noted> noted = new ArrayList<>();

    BadValueNotes(Connection connection, LedgerTables tables, Lease lease) {
        this.connection = connection;
        this.rows = new BadValueRows(tables);
        this.lease = lease;
    }

    void transactionBegins() {
        noted.clear();
    }

    void add(Target target, BadValue.Refused what, BadValue.Kind kind, BadValue.Outcome outcome, List<String> key)
            throws SQLException {
        noted.add(new Noted(target.route().destination().table(), what, kind, outcome, key));
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
}
