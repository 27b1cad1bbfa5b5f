package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** What the ledger keeps of the source tables' shapes, which changes with an alteration. */
public final class TableShapes {

    private final LedgerTables tables;

    public TableShapes(LedgerTables tables) {
        this.tables = tables;
    }

    /** In a transaction that has proven the lease. */
    public void write(Connection connection, Lease lease, TableId source, long version, String shape)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + tables.tableLoad() + " SET source_version = ?, source_shape = ?" + SourceTable.WHERE)) {
            statement.setLong(1, version);
            statement.setString(2, shape);
            SourceTable.set(statement, 3, lease.task(), source);
            if (statement.executeUpdate() != 1) {
                throw new SyncException(
                        ErrorCode.INVARIANT_BROKEN,
                        "the ledger holds no plan of table " + source + ", whose shape has changed",
                        "Report this with the ledger's table table_load.");
            }
        }
    }
}
