package io.syncline.postgresql.greenplum;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * By which columns, over how many segments, and by which access method tables lie ({@code gp_distribution_policy}, {@code pg_class.relam}). That it changed is in no log, nor is what changes in a table of another method than
 * {@code heap} (executed, 7.0.0).
 */
public final class Distributions {

    private static final String QUERY = """
            SELECT d.localoid::bigint, d.policytype || ' ' || d.distkey::text || ' ' || d.distclass::text || ' ' || d.numsegments || coalesce(' ' || a.amname, '')
              FROM pg_catalog.gp_distribution_policy d
              JOIN pg_catalog.pg_class c ON c.oid = d.localoid
              LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
             WHERE d.localoid = ANY (?::oid[])""";

    private Distributions() {}

    /** Of those that {@link #of} gave, the tables whose changes are in the log. */
    public static Set<Long> logged(Map<Long, String> distributions) {
        return distributions.entrySet().stream()
                .filter(table -> table.getValue().endsWith(" heap"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /**
     * By oid, in words that differ when the distributions do.
     *
     * @param tables oids; those that are gone, or have no rows of their own, are left out
     */
    public static Map<Long, String> of(Connection coordinator, Collection<Long> tables) throws SQLException {
        try (PreparedStatement query = coordinator.prepareStatement(QUERY)) {
            query.setArray(1, coordinator.createArrayOf("int8", tables.toArray()));
            try (ResultSet row = query.executeQuery()) {
                Map<Long, String> found = new TreeMap<>();
                while (row.next()) {
                    found.put(row.getLong(1), row.getString(2));
                }
                return found;
            }
        }
    }
}
