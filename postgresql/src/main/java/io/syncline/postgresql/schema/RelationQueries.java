package io.syncline.postgresql.schema;

import io.syncline.api.task.Carried;
import io.syncline.postgresql.schema.Part.Catalog;
import java.util.List;

/** Views, and what belongs to tables and views. */
final class RelationQueries {

    private static final int STATISTICS_SINCE = 100000;
    private static final int POLICIES_SINCE = 90500;

    /** Defaults of a view's columns, and comments on them, are made with it. */
    private static final String VIEWS = """
            SELECT c.oid, %1$s AS kind, n.nspname AS schema, '' AS parent, c.relname AS name, 0 AS relation, NULL AS quoted,
                   format('CREATE %2$s %%I.%%I%%s AS %%s%3$s', n.nspname, c.relname,
                          ' WITH (' || nullif(array_to_string(c.reloptions, ', '), '') || ')', rtrim(pg_get_viewdef(c.oid), ';')%4$s)
                   || coalesce((SELECT string_agg(format('; ALTER VIEW %%I.%%I ALTER COLUMN %%I SET DEFAULT %%s', n.nspname, c.relname, a.attname,
                                                         pg_get_expr(d.adbin, d.adrelid)), '' ORDER BY a.attnum)
                                  FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = c.oid), '')
                   AS definition,
                   NULL AS firing, NULL AS why, obj_description(c.oid, 'pg_class') AS comment,
                   (SELECT string_agg(format('; COMMENT ON COLUMN %%I.%%I.%%I IS %%L', n.nspname, c.relname, a.attname, d.description), ''
                                      ORDER BY a.attnum)
                      FROM pg_description d JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
                     WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid) AS more
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = '%5$s'
               AND c.relpersistence <> 't'""";

    private static final String PLAIN_VIEWS = VIEWS.formatted("'VIEW'", "VIEW", "", "", "v");

    /** Filled only where it is filled at the source. */
    private static final String MATERIALIZED_VIEWS = VIEWS.formatted(
            "'MATERIALIZED_VIEW'",
            "MATERIALIZED VIEW",
            " WITH %sDATA",
            ", CASE WHEN c.relispopulated THEN '' ELSE 'NO ' END",
            "m");

    private static final String VIEW_INDEXES = """
            SELECT i.indexrelid AS oid, 'INDEX' AS kind, n.nspname AS schema, c.relname AS parent, ic.relname AS name, c.oid AS relation,
                   NULL AS quoted, CASE WHEN i.indisvalid THEN pg_get_indexdef(i.indexrelid) END AS definition, NULL AS firing,
                   CASE WHEN NOT i.indisvalid THEN 'it is invalid at the source' END AS why,
                   obj_description(ic.oid, 'pg_class') AS comment, NULL AS more
              FROM pg_index i
              JOIN pg_class ic ON ic.oid = i.indexrelid
              JOIN pg_class c ON c.oid = i.indrelid AND c.relkind = 'm'
              JOIN pg_namespace n ON n.oid = c.relnamespace""";

    /** A partition's copy of its table's trigger comes with that one; triggers that Syncline itself has put at a source lie over functions of its own schema. */
    private static final String TRIGGERS = """
            SELECT t.oid, 'TRIGGER' AS kind, n.nspname AS schema, c.relname AS parent, t.tgname AS name, c.oid AS relation,
                   format('%I.%I', n.nspname, c.relname) AS quoted, pg_get_triggerdef(t.oid) AS definition, t.tgenabled::text AS firing,
                   NULL AS why, obj_description(t.oid, 'pg_trigger') AS comment, NULL AS more
              FROM pg_trigger t
              JOIN pg_class c ON c.oid = t.tgrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_proc f ON f.oid = t.tgfoid
              JOIN pg_namespace fn ON fn.oid = f.pronamespace
             WHERE NOT t.tgisinternal
               AND coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0'
               AND fn.nspname <> 'syncline'""";

    private static final String RULES = """
            SELECT r.oid, 'RULE' AS kind, n.nspname AS schema, c.relname AS parent, r.rulename AS name, c.oid AS relation,
                   format('%I.%I', n.nspname, c.relname) AS quoted, rtrim(pg_get_ruledef(r.oid), ';') AS definition, r.ev_enabled::text AS firing,
                   NULL AS why, obj_description(r.oid, 'pg_rewrite') AS comment, NULL AS more
              FROM pg_rewrite r
              JOIN pg_class c ON c.oid = r.ev_class
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE r.rulename <> '_RETURN' AND r.oid >= 16384""";

    private static final String POLICIES = """
            SELECT p.oid, 'POLICY' AS kind, n.nspname AS schema, c.relname AS parent, p.polname AS name, c.oid AS relation,
                   format('%I.%I', n.nspname, c.relname) AS quoted,
                   format('CREATE POLICY %I ON %I.%I%s FOR %s TO %s%s%s', p.polname, n.nspname, c.relname,
                          CASE WHEN to_jsonb(p) ->> 'polpermissive' = 'false' THEN ' AS RESTRICTIVE' ELSE '' END,
                          CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                          (SELECT string_agg(CASE WHEN role = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END, ', ')
                             FROM unnest(p.polroles) AS role),
                          ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                          ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS definition,
                   NULL AS firing, NULL AS why, obj_description(p.oid, 'pg_policy') AS comment, NULL AS more
              FROM pg_policy p
              JOIN pg_class c ON c.oid = p.polrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace""";

    /** FORCE, which is another row here, makes policies hold for the role that writes, too. */
    private static final String ROW_SECURITY = """
            SELECT CASE WHEN forced.word = 'ENABLE' THEN c.oid::bigint ELSE -c.oid::bigint END AS oid, 'ROW_SECURITY' AS kind,
                   n.nspname AS schema, c.relname AS parent, forced.word AS name, c.oid AS relation,
                   format('%I.%I', n.nspname, c.relname) AS quoted,
                   CASE WHEN forced.word = 'ENABLE' THEN format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', n.nspname, c.relname) END AS definition,
                   NULL AS firing,
                   CASE WHEN forced.word = 'FORCE' THEN format('it would hold for the role that writes: ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY at cutover',
                                                           n.nspname, c.relname) END AS why,
                   NULL AS comment, NULL AS more
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN (VALUES ('ENABLE'), ('FORCE')) AS forced (word)
                ON CASE WHEN forced.word = 'ENABLE' THEN c.relrowsecurity ELSE c.relforcerowsecurity END""";

    private static final String STATISTICS = """
            SELECT s.oid, 'STATISTICS' AS kind, sn.nspname AS schema, '' AS parent, s.stxname AS name, c.oid AS relation,
                   format('%I.%I', n.nspname, c.relname) AS quoted, pg_get_statisticsobjdef(s.oid) AS definition, NULL AS firing,
                   NULL AS why, obj_description(s.oid, 'pg_statistic_ext') AS comment,
                   NULL AS more
              FROM pg_statistic_ext s
              JOIN pg_namespace sn ON sn.oid = s.stxnamespace
              JOIN pg_class c ON c.oid = s.stxrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace""";

    static final List<CandidateQuery> ALL = List.of(
            CandidateQuery.own(Catalog.RELATION, Carried.VIEWS, "c", PLAIN_VIEWS),
            CandidateQuery.own(Catalog.RELATION, Carried.MATERIALIZED_VIEWS, "c", MATERIALIZED_VIEWS),
            new CandidateQuery(Catalog.RELATION, Carried.INDEXES, "", 0, VIEW_INDEXES),
            new CandidateQuery(Catalog.TRIGGER, Carried.TRIGGERS, " ON ", 0, TRIGGERS),
            new CandidateQuery(Catalog.RULE, Carried.RULES, "", 0, RULES),
            new CandidateQuery(Catalog.POLICY, Carried.POLICIES, " ON ", POLICIES_SINCE, POLICIES),
            new CandidateQuery(Catalog.ROW_SECURITY, Carried.POLICIES, "ALTER TABLE ", POLICIES_SINCE, ROW_SECURITY),
            new CandidateQuery(Catalog.STATISTICS, Carried.STATISTICS, " FROM ", STATISTICS_SINCE, STATISTICS));

    private RelationQueries() {}
}
