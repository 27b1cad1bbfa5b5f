package io.syncline.postgresql.ledger;

import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.NotMade;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The rows of the table {@code not_made}. */
final class NotMadeRows {

    private final LedgerTables tables;

    NotMadeRows(LedgerTables tables) {
        this.tables = tables;
    }

    /** Replaces a task's rows, in the caller's transaction. */
    void replace(Connection connection, Lease lease, List<NotMade> objects) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM " + tables.notMade() + " WHERE task = ?")) {
            delete.setString(1, lease.task());
            delete.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + tables.notMade() + " (task, what, why, again) VALUES (?, ?, ?, ?)")) {
            for (NotMade object : objects) {
                insert.setString(1, lease.task());
                insert.setString(2, object.what());
                insert.setString(3, object.why());
                insert.setBoolean(4, object.again());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    List<NotMade> read(Connection connection, String task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT what, why, again FROM " + tables.notMade() + " WHERE task = ? ORDER BY ordinal")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<NotMade> objects = new ArrayList<>();
                while (row.next()) {
                    objects.add(new NotMade(row.getString(1), row.getString(2), row.getBoolean(3)));
                }
                return objects;
            }
        }
    }
}
