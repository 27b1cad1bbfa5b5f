package io.syncline.postgresql.apply;

import io.syncline.api.apply.BadValue;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.BadValueRows;
import io.syncline.postgresql.ledger.BadValueRows.Kind;
import io.syncline.postgresql.ledger.BadValueRows.Noted;
import io.syncline.postgresql.ledger.LedgerTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The values that the destination refuses in a transaction, on their way into the ledger, which takes them with the rows (I4). Until its end only their kinds and the last of them are held
 * (I5): loaders that write at the same time wait for each other there alone, and in one order.
 */
final class BadValueNotes {

    private final Connection connection;
    private final BadValueRows rows;
    private final Lease lease;
    private final UnaryOperator<TableId> names;
    private final SortedMap<Kind, Long> counts = new TreeMap<>();
    private final Deque<Noted> last = new ArrayDeque<>();

    /** @param names what destination tables are called */
    BadValueNotes(Connection connection, LedgerTables tables, Lease lease, UnaryOperator<TableId> names) {
        this.connection = connection;
        this.rows = new BadValueRows(tables);
        this.lease = lease;
        this.names = names;
    }

    void transactionBegins() {
        counts.clear();
        last.clear();
    }

    void add(Target target, BadValue.Refused what, BadValue.Kind how, BadValue.Outcome outcome, List<String> key) {
        Kind kind = new Kind(names.apply(target.route().destination().table()), what, outcome);
        counts.merge(kind, 1L, Long::sum);
        last.addLast(new Noted(kind, how, key));
        if (last.size() > BadValueRows.KEPT) {
            last.removeFirst();
        }
    }

    /** Before the transaction's end. */
    void write() throws SQLException {
        if (!counts.isEmpty()) {
            rows.add(connection, lease, counts, last);
            transactionBegins();
        }
    }
}
