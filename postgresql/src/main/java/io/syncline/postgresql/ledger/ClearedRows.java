package io.syncline.postgresql.ledger;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The rows of the table {@code cleared}: destination tables that were emptied before the load, each once. */
public final class ClearedRows {

    private final LedgerTables tables;

    public ClearedRows(LedgerTables tables) {
        this.tables = tables;
    }

    /**
     * Notes that a table is emptied, in the caller's transaction, which empties it.
     *
     * @return false when it was before
     */
    public boolean note(Connection connection, Lease lease, TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.cleared()
                + " (task, schema_name, table_name) SELECT v.* FROM (SELECT CAST(? AS text), CAST(? AS text),"
                + " CAST(? AS text)) AS v (task, sch, tab) WHERE NOT EXISTS (SELECT 1 FROM " + tables.cleared()
                + " AS c WHERE c.task = v.task AND c.schema_name = v.sch AND c.table_name = v.tab)")) {
            statement.setString(1, lease.task());
            statement.setString(2, table.schema());
            statement.setString(3, table.name());
            return statement.executeUpdate() > 0;
        }
    }
}
