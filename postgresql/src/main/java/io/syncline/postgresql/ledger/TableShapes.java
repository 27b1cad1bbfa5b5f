package io.syncline.postgresql.ledger;

import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** What the ledger keeps of the tables' names and shapes, which change with an alteration (T10). In a transaction that has proven the lease. */
public final class TableShapes {

    private final LedgerTables tables;

    public TableShapes(LedgerTables tables) {
        this.tables = tables;
    }

    public void write(Connection connection, Lease lease, TableAlteration alteration) throws SQLException {
        TableId was = alteration.before().source().table();
        TableId is = alteration.after().source().table();
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + tables.tableLoad() + " SET source_version = ?, source_shape = ?, source_schema = ?,"
                        + " source_table = ?, schema_name = ?, table_name = ?" + SourceTable.WHERE)) {
            TableId destination = alteration.after().destination().table();
            statement.setLong(1, alteration.after().source().version());
            statement.setString(2, alteration.sourceShape());
            statement.setString(3, is.schema());
            statement.setString(4, is.name());
            statement.setString(5, destination.schema());
            statement.setString(6, destination.name());
            SourceTable.set(statement, 7, lease.task(), was);
            if (statement.executeUpdate() != 1) {
                throw new SyncException(
                        ErrorCode.INVARIANT_BROKEN,
                        "the ledger holds no plan of table " + was + ", whose shape has changed",
                        "Report this with the ledger's table table_load.");
            }
        }
        if (!was.equals(is)) {
            renameSource(connection, lease, was, is);
        }
        if (alteration.renames()) {
            renameDestination(
                    connection,
                    lease,
                    alteration.before().destination().table(),
                    alteration.after().destination().table());
        }
    }

    /** A table that is not the task's any more. */
    public void forget(Connection connection, Lease lease, TableId source) throws SQLException {
        for (String table : List.of(
                tables.chunk(),
                tables.refetch(),
                tables.quarantine(),
                tables.suspended(),
                tables.accepted(),
                tables.refreshed(),
                tables.tableLoad())) {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM " + table + SourceTable.WHERE)) {
                SourceTable.set(statement, 1, lease.task(), source);
                statement.executeUpdate();
            }
        }
    }

    /** One that joins is listed as suspended. */
    private void renameSource(Connection connection, Lease lease, TableId was, TableId is) throws SQLException {
        for (String table :
                List.of(tables.chunk(), tables.refetch(), tables.quarantine(), tables.suspended(), tables.accepted())) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "UPDATE " + table + " SET source_schema = ?, source_table = ?" + SourceTable.WHERE)) {
                statement.setString(1, is.schema());
                statement.setString(2, is.name());
                SourceTable.set(statement, 3, lease.task(), was);
                statement.executeUpdate();
            }
        }
    }

    /** What is kept of a table that had the name before goes: that table is gone. */
    private void renameDestination(Connection connection, Lease lease, TableId was, TableId is) throws SQLException {
        for (String table : List.of(
                tables.conflict(),
                tables.conflictCount(),
                tables.badValue(),
                tables.badValueCount(),
                tables.cleared())) {
            rename(connection, lease, table, "table_name", "", was, is);
        }
        rename(connection, lease, tables.object(), "name", " AND kind = 'TABLE'", was, is);
        rename(connection, lease, tables.object(), "parent", "", was, is);
    }

    private static void rename(
            Connection connection, Lease lease, String table, String column, String also, TableId was, TableId is)
            throws SQLException {
        String where = " WHERE task = ? AND schema_name = ? AND " + column + " = ?" + also;
        try (PreparedStatement stale = connection.prepareStatement("DELETE FROM " + table + where);
                PreparedStatement rename = connection.prepareStatement(
                        "UPDATE " + table + " SET schema_name = ?, " + column + " = ?" + where)) {
            stale.setString(1, lease.task());
            stale.setString(2, is.schema());
            stale.setString(3, is.name());
            stale.executeUpdate();
            rename.setString(1, is.schema());
            rename.setString(2, is.name());
            rename.setString(3, lease.task());
            rename.setString(4, was.schema());
            rename.setString(5, was.name());
            rename.executeUpdate();
        }
    }
}
