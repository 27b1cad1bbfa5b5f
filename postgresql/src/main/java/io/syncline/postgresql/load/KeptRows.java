package io.syncline.postgresql.load;

import io.syncline.api.apply.Conflict;
import io.syncline.api.model.Column;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.ConflictRows;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;

/**
 * Loads a chunk beside rows that are there already and stay: COPY into a temporary table, then those rows of it that collide with none, whatever unique index or exclusion constraint they
 * would collide in (T25). How many were left out is counted in the chunk's transaction. ON CONFLICT knows no deferrable keys (T43): the precheck refuses them.
 *
 * @param connection in the chunk's transaction
 * @param serverVersion as {@code server_version_num}
 */
record KeptRows(Connection connection, TableRoute route, int serverVersion) {

    private static final String STAGING = "pg_temp.syncline_load";

    /**
     * Makes the temporary table.
     *
     * @return its name
     */
    String open() throws SQLException {
        execute("CREATE TEMPORARY TABLE syncline_load ON COMMIT DROP AS SELECT " + columns() + " FROM "
                + Quoting.table(route.destination().table()) + " WITH NO DATA");
        return STAGING;
    }

    /** Writes the rows that collide with none, and counts the others. */
    void settle(LedgerTables ledger, Lease lease) throws SQLException {
        long written = execute("INSERT INTO "
                + Quoting.table(route.destination().table())
                + (columns().isEmpty() ? "" : " (" + columns() + ")")
                + (serverVersion >= 100000 ? " OVERRIDING SYSTEM VALUE" : "") + " SELECT " + columns() + " FROM "
                + STAGING + " ON CONFLICT DO NOTHING");
        long left = rows() - written;
        if (left > 0) {
            new ConflictRows(ledger)
                    .count(
                            connection,
                            lease,
                            new Conflict.Count(
                                    route.destination().table(),
                                    Conflict.Kind.LOAD_FINDS_ROW,
                                    Conflict.Outcome.LEFT,
                                    left));
        }
    }

    private long rows() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + STAGING)) {
            row.next();
            return row.getLong(1);
        }
    }

    private String columns() {
        return route.destination().columns().stream()
                .map(Column::name)
                .map(Quoting::identifier)
                .collect(Collectors.joining(", "));
    }

    private long execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            return statement.executeLargeUpdate(command);
        }
    }
}
