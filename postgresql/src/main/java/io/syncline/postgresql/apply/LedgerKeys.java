package io.syncline.postgresql.apply;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.RefetchEntry;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.ledger.RefetchRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The keys to be read again that the ledger holds, written in the transaction at hand. */
final class LedgerKeys {

    private final Connection connection;
    private final RefetchRows rows;
    private final Lease lease;

    LedgerKeys(Connection connection, LedgerTables tables, Lease lease) {
        this.connection = connection;
        this.rows = new RefetchRows(tables);
        this.lease = lease;
    }

    void add(List<RefetchEntry> entries) throws SQLException {
        rows.add(connection, lease, entries);
    }

    void remove(List<RefetchEntry> entries) throws SQLException {
        rows.remove(connection, lease, entries);
    }

    void clear(TableId source) throws SQLException {
        rows.clear(connection, lease, source);
    }
}
