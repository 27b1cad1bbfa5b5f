package io.syncline.postgresql.apply;

import io.syncline.postgresql.session.ServerSystem;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What the server's planner may choose. Measured on PostgreSQL 12, 15 and 18 with 20,000 to 1,000,000 changes of a table of 2,000,000 rows: by this advice an UPDATE takes
 * a half to two thirds of the processor time of what the planner chooses by itself, which is to hash the whole table, or to scan it. Greenplum looks nothing up for another
 * table's rows unless it is told to (enable_nestloop is off there): a merge begins at the index's first entry each time.
 */
final class Planner {

    private static final String LOOKUPS = """
            SET %1$s enable_seqscan = off; SET %1$s enable_hashjoin = off; SET %1$s enable_mergejoin = off; SET %1$s enable_nestloop = on; SET %1$s random_page_cost = 1.1""";
    private static final String BY_KEY =
            "SET LOCAL enable_seqscan = on; SET LOCAL enable_mergejoin = on; SET LOCAL work_mem = '64MB'";
    private static final String WHOLE =
            BY_KEY + "; SET LOCAL enable_hashjoin = on; SET LOCAL enable_nestloop = DEFAULT";

    /** Greenplum's other planner, where a server was built with it, heeds none of these settings. */
    private static final String ONE_PLANNER =
            "SELECT set_config(name, 'off', false) FROM pg_catalog.pg_settings WHERE name = 'optimizer'";

    private final Connection connection;
    private final boolean choosesPlanCache;
    private final boolean distributed;

    Planner(Connection connection, ServerSystem server) {
        this.connection = connection;
        this.choosesPlanCache = server.version() >= 120000;
        this.distributed = server.dialect().isDistributed();
    }

    /**
     * For the session: a few changes are looked up one by one through the key's index, by a plan that is made once. A table that grew from empty would otherwise be
     * scanned for every batch until it is analyzed.
     */
    void preferLookups() throws SQLException {
        execute(LOOKUPS.formatted("")
                + planCache("SET", "force_generic_plan")
                + (distributed ? "; " + ONE_PLANNER : ""));
    }

    /** Runs a statement over many changes of a table with a key: it is planned anew, to go along the key's index. */
    <T> T alongKey(Work<T> work) throws SQLException {
        return run(BY_KEY, work);
    }

    /** Runs a statement that reads the whole table: it is planned anew, and freely. */
    <T> T freely(Work<T> work) throws SQLException {
        return run(WHOLE, work);
    }

    /** When the work fails, what was set goes with the savepoint or the transaction. */
    private <T> T run(String settings, Work<T> work) throws SQLException {
        execute(settings + planCache("SET LOCAL", "auto"));
        T result = work.run();
        execute(LOOKUPS.formatted("LOCAL") + planCache("SET LOCAL", "force_generic_plan"));
        return result;
    }

    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    private String planCache(String set, String mode) {
        return choosesPlanCache ? "; " + set + " plan_cache_mode = " + mode : "";
    }

    private void execute(String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }
}
