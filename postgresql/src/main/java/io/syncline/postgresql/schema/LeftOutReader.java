package io.syncline.postgresql.schema;

import io.syncline.api.schema.LeftOut;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.Collection;
import java.util.List;

/** Lists what belongs to the chosen tables, or is called by them, and is not carried (I4). */
final class LeftOutReader {

    private static final String BELONGING = """
            WITH wanted (oid) AS (SELECT unnest(?::oid[]))
            SELECT format('%s %s.%s.%s', found.kind, n.nspname, c.relname, found.name) AS what, found.why
              FROM (SELECT t.tgrelid AS relation, 'trigger' AS kind, t.tgname AS name,
                           'triggers are not carried: the destination gets the rows that they left' AS why
                      FROM wanted JOIN pg_trigger t ON t.tgrelid = wanted.oid AND NOT t.tgisinternal
                     UNION ALL
                    SELECT r.ev_class, 'rule', r.rulename, 'rules are not carried: the destination gets the rows that they left'
                      FROM wanted JOIN pg_rewrite r ON r.ev_class = wanted.oid AND r.rulename <> '_RETURN'
                     UNION ALL
                    SELECT p.polrelid, 'policy', p.polname, 'row security is not carried: who may read the destination sees all rows'
                      FROM wanted JOIN pg_policy p ON p.polrelid = wanted.oid
                     UNION ALL
                    SELECT s.stxrelid, 'statistics', s.stxname, 'extended statistics are not carried'
                      FROM wanted JOIN pg_statistic_ext s ON s.stxrelid = wanted.oid) found
              JOIN pg_class c ON c.oid = found.relation
              JOIN pg_namespace n ON n.oid = c.relnamespace
             ORDER BY 1""";

    /**
     * User-defined functions, operators, collations and the like that defaults, checks, columns and indexes depend on. Objects with an oid of 16384
     * (FirstNormalObjectId) and more are not the server's own.
     */
    private static final String CALLED = """
            WITH wanted (oid) AS (SELECT unnest(?::oid[])),
                 users (classid, objid) AS (
                    SELECT 'pg_class'::regclass::oid, oid FROM wanted
                     UNION ALL
                    SELECT 'pg_class'::regclass, i.indexrelid FROM wanted JOIN pg_index i ON i.indrelid = wanted.oid
                     UNION ALL
                    SELECT 'pg_attrdef'::regclass, ad.oid FROM wanted JOIN pg_attrdef ad ON ad.adrelid = wanted.oid
                     UNION ALL
                    SELECT 'pg_constraint'::regclass, con.oid FROM wanted JOIN pg_constraint con ON con.conrelid = wanted.oid)
            SELECT pg_describe_object(d.refclassid, d.refobjid, 0) AS what,
                   format('%s needs it, and it is not carried: the destination must have it before the schema is made',
                          min(pg_describe_object(d.classid, d.objid, d.objsubid))) AS why
              FROM users
              JOIN pg_depend d ON d.classid = users.classid AND d.objid = users.objid
             WHERE d.refobjid >= 16384
               AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_collation'::regclass, 'pg_opclass'::regclass,
                                    'pg_opfamily'::regclass, 'pg_ts_config'::regclass, 'pg_ts_dict'::regclass)
             GROUP BY d.refclassid, d.refobjid
             ORDER BY 1""";

    private final CatalogSession session;

    LeftOutReader(CatalogSession session) {
        this.session = session;
    }

    List<LeftOut> read(Collection<Long> tables) {
        String oids = CatalogSession.oids(tables);
        List<LeftOut> found = new java.util.ArrayList<>();
        for (String query : List.of(BELONGING, CALLED)) {
            found.addAll(session.query(query, row -> new LeftOut(row.getString("what"), row.getString("why")), oids));
        }
        return found;
    }
}
