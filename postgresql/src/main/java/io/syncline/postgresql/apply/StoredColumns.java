package io.syncline.postgresql.apply;

import io.syncline.postgresql.catalog.OlderCatalog;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The columns of a table at the destination of which rows hold values, those that no route knows among them. */
record StoredColumns(Connection connection) {

    private static final String STORED =
            "SELECT a.attname FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = CAST(? AS regclass) AND a.attnum > 0"
                    + " AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum";

    /** Quoted names, in the table's order; generated columns are not among them. */
    List<String> of(String table) throws SQLException {
        List<String> names = new ArrayList<>();
        int version = connection.getMetaData().getDatabaseMajorVersion() * 10_000;
        try (PreparedStatement statement = connection.prepareStatement(OlderCatalog.adapt(STORED, version))) {
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
