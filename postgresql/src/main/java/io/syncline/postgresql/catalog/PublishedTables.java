package io.syncline.postgresql.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a publication that somebody else made holds every change of the tables that a task reads through it. */
public final class PublishedTables {

    private static final int TRUNCATES = 110_000;
    private static final int FILTERS = 150_000;

    private PublishedTables() {}

    /**
     * @param tables oids
     * @return in words what it lacks; empty when nothing is missing
     */
    public static List<String> lacking(CatalogSession session, String publication, Collection<Long> tables) {
        int version = session.serverVersion();
        List<Boolean> whole = session.query(whole(version), row -> row.getBoolean(1), publication);
        if (whole.isEmpty()) {
            return List.of("there is no such publication");
        }
        List<String> lacking = new ArrayList<>();
        if (!whole.getFirst()) {
            lacking.add(
                    version >= TRUNCATES
                            ? "it does not publish all of insert, update, delete, truncate"
                            : "it does not publish all of insert, update, delete");
        }
        lacking.addAll(
                session.query(missing(version), PublishedTables::words, CatalogSession.oids(tables), publication));
        return lacking;
    }

    /**
     * What of a publication was changed after the log begins that a slot keeps: the rows of the catalog that say so are younger than all that the slot needs of catalogs.
     *
     * @param tables oids
     * @return in words; empty when the publication has sent all changes of the tables since
     */
    public static List<String> younger(
            CatalogSession session, String publication, String slot, Collection<Long> tables) {
        boolean schemas = session.serverVersion() >= FILTERS;
        return session.query(
                """
            WITH slot AS (SELECT age(catalog_xmin) AS age FROM pg_replication_slots WHERE slot_name = ?::name),
                 publication AS (SELECT p.oid, p.puballtables, p.pubname, age(p.xmin) AS age FROM pg_publication p WHERE p.pubname = ?::name)
            SELECT format('the publication was made or altered since') AS what
              FROM publication p, slot s WHERE NOT p.age > s.age
             UNION ALL
            SELECT format('%%s was added since', c.oid::regclass)
              FROM publication p, slot s, pg_class c
             WHERE c.oid = ANY (?::oid[]) AND NOT p.puballtables
               AND NOT EXISTS (SELECT FROM pg_publication_rel r
                                WHERE r.prpubid = p.oid AND r.prrelid = c.oid AND age(r.xmin) > s.age)
               %s
             ORDER BY 1""".formatted(schemas ? """
               AND NOT EXISTS (SELECT FROM pg_publication_namespace n
                                WHERE n.pnpubid = p.oid AND n.pnnspid = c.relnamespace AND age(n.xmin) > s.age)""" : ""),
                row -> row.getString("what"),
                slot,
                publication,
                CatalogSession.oids(tables));
    }

    private static String whole(int version) {
        return """
            SELECT p.pubinsert AND p.pubupdate AND p.pubdelete AND %s
              FROM pg_publication p
             WHERE p.pubname = ?::name""".formatted(version >= TRUNCATES ? "p.pubtruncate" : "true");
    }

    /** A table that is published with its schema, or with all tables, is published whole whatever is said of it besides (pgoutput.c). */
    private static String missing(int version) {
        boolean filters = version >= FILTERS;
        return """
            SELECT c.oid::regclass::text AS name, c.relkind = 'p' AS partitioned
              FROM pg_publication p
             CROSS JOIN unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
             WHERE p.pubname = ?::name
               AND (c.relkind = 'p' OR NOT (p.puballtables
                    OR EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = c.oid AND %s)
                    %s))
             ORDER BY 1""".formatted(
                        filters ? "r.prqual IS NULL AND r.prattrs IS NULL" : "true",
                        filters
                                ? "OR EXISTS (SELECT FROM pg_publication_namespace s WHERE s.pnpubid = p.oid AND s.pnnspid = c.relnamespace)"
                                : "");
    }

    private static String words(ResultSet row) throws SQLException {
        @Nullable String name = row.getString("name");
        return row.getBoolean("partitioned")
                ? "the partitioned table " + name + " is read only through a publication of the task's own"
                : "it lacks " + name + ", or some of its rows or columns";
    }
}
