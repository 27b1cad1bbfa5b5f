package io.syncline.postgresql.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the server's planner may choose. A few changes are always looked up one by one through the key's index, by a plan that is made once: a table that grew from empty
 * would otherwise be scanned for every batch until it is analyzed. Statements over many changes are planned each time and freely.
 */
final class Planner {

    private final Connection connection;
    private final List<String> lookups;
    private final List<String> free;

    Planner(Connection connection, int serverVersion) {
        this.connection = connection;
        boolean cached = serverVersion >= 120000;
        this.lookups = settings("off", cached ? "force_generic_plan" : "");
        this.free = settings("on", cached ? "auto" : "");
    }

    private static List<String> settings(String word, String planCacheMode) {
        String scans = "enable_seqscan = " + word;
        String hashes = "enable_hashjoin = " + word;
        String merges = "enable_mergejoin = " + word;
        return planCacheMode.isEmpty()
                ? List.of(scans, hashes, merges)
                : List.of(scans, hashes, merges, "plan_cache_mode = " + planCacheMode);
    }

    /** For the session. */
    void preferLookups() throws SQLException {
        execute(script("SET ", lookups));
    }

    /** Runs a statement that is planned freely; when it fails, what was set goes with the savepoint or transaction. */
    <T> T freely(Work<T> work) throws SQLException {
        execute(script("SET LOCAL ", free));
        T result = work.run();
        execute(script("SET LOCAL ", lookups));
        return result;
    }

    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    private static String script(String set, List<String> settings) {
        return settings.stream().map(setting -> set + setting).collect(Collectors.joining("; "));
    }

    private void execute(String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }
}
