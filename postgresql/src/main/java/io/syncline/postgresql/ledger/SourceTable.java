package io.syncline.postgresql.ledger;

import io.syncline.api.model.TableId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How the ledger's rows name a table of the source. */
final class SourceTable {

    static final String WHERE = " WHERE task = ? AND source_database = ? AND source_schema = ? AND source_table = ?";

    private SourceTable() {}

    /** Fills four parameters: the task and the three parts of the name. */
    static void set(PreparedStatement statement, int parameter, String task, TableId table) throws SQLException {
        statement.setString(parameter, task);
        statement.setString(parameter + 1, table.database());
        statement.setString(parameter + 2, table.schema());
        statement.setString(parameter + 3, table.name());
    }

    static TableId read(ResultSet row) throws SQLException {
        return new TableId(
                row.getString("source_database"), row.getString("source_schema"), row.getString("source_table"));
    }
}
