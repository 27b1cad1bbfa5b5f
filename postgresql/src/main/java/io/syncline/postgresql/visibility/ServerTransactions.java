package io.syncline.postgresql.visibility;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** Those of one server, or of one segment that is asked by itself, but for those that are known to be of another database, which writes no row of ours. */
record ServerTransactions(int content) implements RunningTransactions {

    private static final String HELD = """
            SELECT l.transactionid::text, coalesce(l.pid, 0) FROM pg_catalog.pg_locks AS l
             WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_activity AS a
                                WHERE a.pid = l.pid
                                  AND a.datid <> (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()))
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_prepared_xacts AS p
                                WHERE p.transaction = l.transactionid AND p.database <> current_database())""";

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
