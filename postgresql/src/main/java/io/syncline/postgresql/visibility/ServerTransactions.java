package io.syncline.postgresql.visibility;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** Those of one server, or of one segment that is asked by itself. */
record ServerTransactions(int content) implements RunningTransactions {

    private static final String HELD = """
            SELECT transactionid::text, coalesce(pid, 0) FROM pg_catalog.pg_locks
             WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted""";

    @Override
    public Map<Running, Holder> look(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(HELD)) {
            Map<Running, Holder> held = new HashMap<>();
            while (rows.next()) {
                held.put(
                        new Running.OnServer(content, Integer.parseUnsignedInt(rows.getString(1))),
                        new Holder(rows.getInt(2), 0));
            }
            return held;
        }
    }
}
