package io.syncline.postgresql.visibility;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * Those of a cluster, as its coordinator tells: of each server, whose locks it asks for (pg_lock_status, lockfuncs.c), and behind them the distributed ones.
 *
 * <p>A distributed transaction holds a lock of its own at the coordinator from when it gets its number (currentDtxActivate) until after distributed snapshots see it (CommitTransaction there: its parts commit, ProcArrayEndTransaction, which
 * ends the number too, then ResourceOwnerRelease of locks). Transactions that only read have one as well, such as those that hold our own snapshots; who has changed rows of
 * a table of this database has a lock on it at the coordinator besides, for as long, of another mode than those that readers, ANALYZE and VACUUM take.
 *
 * <p>The order of the two looks counts: see {@link UnseenCommits}.
 */
record ClusterTransactions() implements RunningTransactions {

    private static final String ON_SERVERS = """
            SELECT gp_segment_id, transactionid::text, coalesce(pid, 0), mppsessionid FROM pg_catalog.pg_locks
             WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted""";

    private static final String DISTRIBUTED = """
            SELECT max(CASE WHEN locktype = 'distributed xid' THEN transactionid::text END), max(pid), mppsessionid FROM pg_catalog.pg_locks
             WHERE gp_segment_id = -1 AND granted
             GROUP BY mppsessionid
            HAVING bool_or(locktype = 'distributed xid' AND mode = 'ExclusiveLock')
               AND bool_or(locktype = 'relation' AND mode NOT IN ('AccessShareLock', 'RowShareLock', 'ShareUpdateExclusiveLock')
                           AND database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
                           AND relation >= 16384
                           AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c WHERE c.oid = relation AND c.relkind = 'S'))""";

    @Override
    public Map<Running, Holder> look(Connection session) throws SQLException {
        Map<Running, Holder> held = new HashMap<>();
        try (Statement statement = session.createStatement()) {
            try (ResultSet rows = statement.executeQuery(ON_SERVERS)) {
                while (rows.next()) {
                    held.put(
                            new Running.OnServer(rows.getInt(1), Integer.parseUnsignedInt(rows.getString(2))),
                            new Holder(rows.getInt(3), rows.getInt(4)));
                }
            }
            try (ResultSet rows = statement.executeQuery(DISTRIBUTED)) {
                while (rows.next()) {
                    held.put(
                            new Running.Distributed(Integer.parseUnsignedInt(rows.getString(1))),
                            new Holder(rows.getInt(2), rows.getInt(3)));
                }
            }
        }
        return held;
    }
}
