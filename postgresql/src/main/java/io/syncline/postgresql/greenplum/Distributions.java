package io.syncline.postgresql.greenplum;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** By which columns, and over how many segments, tables lie ({@code gp_distribution_policy}). That it changed is in no log (executed, 7.0.0). */
public final class Distributions {

    private static final String QUERY = """
            SELECT localoid::bigint, policytype || ' ' || distkey::text || ' ' || distclass::text || ' ' || numsegments
              FROM pg_catalog.gp_distribution_policy
             WHERE localoid = ANY (?::oid[])""";

    private Distributions() {}

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
