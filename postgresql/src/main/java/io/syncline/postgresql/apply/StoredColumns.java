package io.syncline.postgresql.apply;

import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The columns of a table at the destination of which rows hold values, those that no route knows among them (12 and later). */
record StoredColumns(Connection connection) {

    /** Quoted names, in the table's order; generated columns are not among them. */
    List<String> of(String table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = CAST(? AS regclass) AND attnum > 0 AND NOT attisdropped"
                        + " AND attgenerated = '' ORDER BY attnum")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.add(Quoting.identifier(row.getString(1)));
                }
            }
        }
        return names;
    }
}
