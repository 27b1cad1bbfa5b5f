package io.syncline.testkit.postgres;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a database's schemas hold, as sorted lines of text: for comparing two of them. By queries of its own, which share nothing with the product; for servers
 * of 12 and later. Rows and oids are not in it.
 */
public final class SchemaDump {

    private static final String SCHEMAS =
            "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'syncline')";
    private static final String OWN =
            SCHEMAS + " AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = %s.oid AND e.deptype = 'e')";

    private static final List<String> QUERIES = List.of(
            """
            SELECT 'schema', n.nspname FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND %1$s""",
            """
            SELECT 'extension', x.extname, n.nspname FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace""",
            """
            SELECT 'relation', n.nspname, r.relname, r.relkind, r.relpersistence, r.reloptions::text, r.relispopulated, r.relrowsecurity, r.relforcerowsecurity,
                   r.relreplident, r.relispartition, pg_get_expr(r.relpartbound, r.oid), pg_get_partkeydef(r.oid)
              FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace WHERE %2$s""",
            """
            SELECT 'column', n.nspname, r.relname, row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum), a.attname, format_type(a.atttypid, a.atttypmod),
                   a.attnotnull, a.attidentity, a.attgenerated, (SELECT o.collname FROM pg_collation o WHERE o.oid = a.attcollation), pg_get_expr(d.adbin, d.adrelid)
              FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace n ON n.oid = r.relnamespace
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p', 'v', 'm', 'c') AND %2$s""",
            """
            SELECT 'constraint', r.conrelid::regclass::text, r.contypid::regtype::text, r.conname, r.contype, r.convalidated, pg_get_constraintdef(r.oid)
              FROM pg_constraint r JOIN pg_namespace n ON n.oid = r.connamespace WHERE r.contype NOT IN ('n', 't') AND %2$s""",
            "SELECT 'index', indexdef FROM (SELECT schemaname AS nspname, indexdef FROM pg_indexes) n WHERE %1$s",
            """
            SELECT 'view', n.nspname, r.relname, pg_get_viewdef(r.oid) FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
             WHERE r.relkind IN ('v', 'm') AND %2$s""",
            """
            SELECT 'type', n.nspname, r.typname, r.typtype, r.typnotnull, r.typdefault, format_type(r.typbasetype, r.typtypmod), (SELECT o.collname FROM pg_collation o WHERE o.oid = r.typcollation),
                   (SELECT string_agg(l.enumlabel, '|' ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = r.oid)
              FROM pg_type r JOIN pg_namespace n ON n.oid = r.typnamespace WHERE r.typcategory <> 'A' AND %2$s""",
            """
            SELECT 'range', g.rngtypid::regtype::text, g.rngsubtype::regtype::text, (SELECT o.collname FROM pg_collation o WHERE o.oid = g.rngcollation), g.rngcanonical::text, g.rngsubdiff::text,
                   (SELECT o.opcname FROM pg_opclass o WHERE o.oid = g.rngsubopc)
              FROM pg_range g WHERE g.rngtypid >= 16384""",
            """
            SELECT 'routine', r.oid::regprocedure::text, r.prokind, pg_get_function_arguments(r.oid), pg_get_function_result(r.oid),
                   CASE WHEN r.prokind <> 'a' THEN pg_get_functiondef(r.oid) END, obj_description(r.oid, 'pg_proc')
              FROM pg_proc r JOIN pg_namespace n ON n.oid = r.pronamespace WHERE %2$s""",
            """
            SELECT 'aggregate', (to_jsonb(g) - 'aggtranstype' - 'aggmtranstype' - 'aggsortop')::text, format_type(g.aggtranstype, NULL),
                   format_type(g.aggmtranstype, NULL), g.aggsortop::regoperator::text
              FROM pg_aggregate g WHERE g.aggfnoid >= 16384""",
            """
            SELECT 'operator', r.oid::regoperator::text, r.oprcode::text, r.oprcom::regoperator::text, r.oprnegate::regoperator::text, r.oprrest::text,
                   r.oprjoin::text, r.oprcanhash, r.oprcanmerge FROM pg_operator r JOIN pg_namespace n ON n.oid = r.oprnamespace WHERE %2$s""",
            """
            SELECT 'family', n.nspname, r.opfname, m.amname FROM pg_opfamily r JOIN pg_namespace n ON n.oid = r.opfnamespace
              JOIN pg_am m ON m.oid = r.opfmethod WHERE %2$s""",
            """
            SELECT 'member', f.opfname, o.amopstrategy, o.amopopr::regoperator::text FROM pg_amop o JOIN pg_opfamily f ON f.oid = o.amopfamily WHERE o.oid >= 16384""",
            """
            SELECT 'support', f.opfname, p.amprocnum, p.amproc::regprocedure::text FROM pg_amproc p JOIN pg_opfamily f ON f.oid = p.amprocfamily
             WHERE p.oid >= 16384""",
            """
            SELECT 'class', n.nspname, r.opcname, r.opcdefault, r.opcintype::regtype::text, r.opckeytype::regtype::text
              FROM pg_opclass r JOIN pg_namespace n ON n.oid = r.opcnamespace WHERE %2$s""",
            """
            SELECT 'cast', c.castsource::regtype::text, c.casttarget::regtype::text, c.castfunc::regprocedure::text, c.castcontext, c.castmethod
              FROM pg_cast c WHERE c.oid >= 16384""",
            """
            SELECT 'collation', n.nspname, r.collname, (to_jsonb(r) - 'oid' - 'collnamespace' - 'collowner' - 'collversion' - 'collname')::text
              FROM pg_collation r JOIN pg_namespace n ON n.oid = r.collnamespace WHERE %2$s""",
            """
            SELECT 'dictionary', n.nspname, r.dictname, r.dictinitoption, t.tmplname
              FROM pg_ts_dict r JOIN pg_namespace n ON n.oid = r.dictnamespace JOIN pg_ts_template t ON t.oid = r.dicttemplate WHERE %2$s""",
            """
            SELECT 'configuration', n.nspname, r.cfgname, r.cfgparser, m.maptokentype, m.mapseqno, m.mapdict::regdictionary::text
              FROM pg_ts_config r JOIN pg_namespace n ON n.oid = r.cfgnamespace LEFT JOIN pg_ts_config_map m ON m.mapcfg = r.oid WHERE %2$s""",
            """
            SELECT 'trigger', pg_get_triggerdef(r.oid), r.tgenabled FROM pg_trigger r JOIN pg_class c ON c.oid = r.tgrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT r.tgisinternal AND %2$s""",
            """
            SELECT 'rule', pg_get_ruledef(r.oid), r.ev_enabled FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
              JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND %2$s""",
            "SELECT 'policy', to_jsonb(p)::text FROM (SELECT *, schemaname AS nspname FROM pg_policies) p JOIN pg_namespace n USING (nspname) WHERE %1$s",
            """
            SELECT 'statistics', pg_get_statisticsobjdef(r.oid) FROM pg_statistic_ext r JOIN pg_namespace n ON n.oid = r.stxnamespace WHERE %2$s""",
            """
            SELECT 'sequence', n.nspname, r.relname, s.seqtypid::regtype::text, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle,
                   (SELECT concat_ws(' ', d.refobjid::regclass, d.deptype, d.refobjsubid) FROM pg_depend d
                     WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i')), pg_sequence_last_value(r.oid)
              FROM pg_sequence s JOIN pg_class r ON r.oid = s.seqrelid JOIN pg_namespace n ON n.oid = r.relnamespace WHERE %2$s""",
            """
            SELECT 'comment', o.type, o.identity, d.description
              FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
             WHERE d.objoid >= 16384 AND o.type <> 'extension' AND coalesce(o.schema, '') <> 'syncline'""");

    private SchemaDump() {}

    /** The lines of a database; a line begins with the kind of its object. */
    public static List<String> of(Sql sql) {
        sql.execute("SET search_path = ''");
        List<String> lines = new ArrayList<>();
        for (String query : QUERIES) {
            for (List<@Nullable String> row : sql.rows(query.formatted(SCHEMAS, OWN.formatted("r")))) {
                lines.add(row.toString());
            }
        }
        lines.sort(null);
        return lines;
    }
}
