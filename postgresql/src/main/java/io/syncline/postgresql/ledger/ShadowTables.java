package io.syncline.postgresql.ledger;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Tables beside the ledger's own that take the rows of tables which are loaded anew, until these are whole (docs/design/joining.md). Known by their names alone: task, and the source table's
 * version.
 */
public record ShadowTables(LedgerTables ledger, String task) {

    /** The shadow of a route's destination table, whether it is there or not. */
    public TableId of(TableRoute route) {
        return new TableId(
                route.destination().table().database(),
                ledger.schema(),
                prefix() + route.source().version());
    }

    private String prefix() {
        return "shadow_" + task + "_";
    }

    public boolean exists(Connection connection, TableId shadow) throws SQLException {
        return names(connection).contains(shadow.name());
    }

    public void drop(Connection connection, TableId shadow) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + Quoting.table(shadow));
        }
    }

    /** All of the task. */
    public List<TableId> all(Connection connection) throws SQLException {
        String database = connection.getCatalog();
        return names(connection).stream()
                .map(name -> new TableId(database, ledger.schema(), name))
                .toList();
    }

    private List<String> names(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT c.relname
                  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                 WHERE n.nspname = ? AND c.relkind = 'r' AND left(c.relname, length(?)) = ?""")) {
            query.setString(1, ledger.schema());
            query.setString(2, prefix());
            query.setString(3, prefix());
            try (ResultSet row = query.executeQuery()) {
                List<String> names = new ArrayList<>();
                while (row.next()) {
                    names.add(row.getString(1));
                }
                return names;
            }
        }
    }
}
