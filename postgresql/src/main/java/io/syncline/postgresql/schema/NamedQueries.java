package io.syncline.postgresql.schema;

import io.syncline.api.task.Carried;
import io.syncline.postgresql.schema.Part.Catalog;
import java.util.List;

/** Extensions, collations and text search objects. */
final class NamedQueries {

    private static final String EXTENSIONS = """
            SELECT e.oid, 'EXTENSION' AS kind, n.nspname AS schema, '' AS parent, e.extname AS name, 0 AS relation, NULL AS quoted,
                   format('CREATE EXTENSION %I SCHEMA %I', e.extname, n.nspname) AS definition, NULL AS firing, NULL AS why,
                   NULL AS comment, NULL AS more
              FROM pg_extension e
              JOIN pg_namespace n ON n.oid = e.extnamespace
             WHERE e.oid >= 16384""";

    /** What a release calls a locale has changed twice: colliculocale in 15 and 16, colllocale since. */
    private static final String COLLATIONS = """
            SELECT c.oid, 'COLLATION' AS kind, n.nspname AS schema, '' AS parent, c.collname AS name, 0 AS relation, NULL AS quoted,
                   format('CREATE COLLATION %I.%I (%s)', n.nspname, c.collname,
                          CASE coalesce(j.value ->> 'collprovider', 'c')
                            WHEN 'c' THEN format('LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype)
                            ELSE concat_ws(', ',
                                 format('PROVIDER = %s', CASE j.value ->> 'collprovider' WHEN 'i' THEN 'icu' ELSE 'builtin' END),
                                 format('LOCALE = %L', coalesce(j.value ->> 'colllocale', j.value ->> 'colliculocale', c.collcollate)),
                                 CASE WHEN j.value ->> 'collisdeterministic' = 'false' THEN 'DETERMINISTIC = false' END,
                                 'RULES = ' || quote_literal(j.value ->> 'collicurules')) END) AS definition,
                   NULL AS firing, NULL AS why, obj_description(c.oid, 'pg_collation') AS comment, NULL AS more
              FROM pg_collation c
              JOIN pg_namespace n ON n.oid = c.collnamespace
             CROSS JOIN LATERAL (SELECT to_jsonb(c) AS value) j
             WHERE true""";

    private static final String DICTIONARIES = """
            SELECT d.oid, 'TEXT_SEARCH_DICTIONARY' AS kind, n.nspname AS schema, '' AS parent, d.dictname AS name, 0 AS relation, NULL AS quoted,
                   format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %I.%I%s)', n.nspname, d.dictname, tn.nspname, t.tmplname,
                          ', ' || d.dictinitoption) AS definition,
                   NULL AS firing, NULL AS why, obj_description(d.oid, 'pg_ts_dict') AS comment, NULL AS more
              FROM pg_ts_dict d
              JOIN pg_namespace n ON n.oid = d.dictnamespace
              JOIN pg_ts_template t ON t.oid = d.dicttemplate
              JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
             WHERE true""";

    private static final String CONFIGURATIONS = """
            SELECT c.oid, 'TEXT_SEARCH_CONFIGURATION' AS kind, n.nspname AS schema, '' AS parent, c.cfgname AS name, 0 AS relation, NULL AS quoted,
                   format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)', n.nspname, c.cfgname, pn.nspname, p.prsname)
                   || coalesce((SELECT string_agg(format('; ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %s WITH %s', n.nspname, c.cfgname,
                                                         token.alias, m.dictionaries), '' ORDER BY token.tokid)
                                  FROM ts_token_type(c.cfgparser) token
                                  JOIN (SELECT maptokentype, string_agg(mapdict::regdictionary::text, ', ' ORDER BY mapseqno) AS dictionaries
                                          FROM pg_ts_config_map WHERE mapcfg = c.oid GROUP BY maptokentype) m ON m.maptokentype = token.tokid), '')
                   AS definition,
                   NULL AS firing, NULL AS why, obj_description(c.oid, 'pg_ts_config') AS comment, NULL AS more
              FROM pg_ts_config c
              JOIN pg_namespace n ON n.oid = c.cfgnamespace
              JOIN pg_ts_parser p ON p.oid = c.cfgparser
              JOIN pg_namespace pn ON pn.oid = p.prsnamespace
             WHERE true""";

    static final List<CandidateQuery> ALL = List.of(
            new CandidateQuery(Catalog.EXTENSION, Carried.EXTENSIONS, "", 0, EXTENSIONS),
            CandidateQuery.own(Catalog.COLLATION, Carried.COLLATIONS, "c", COLLATIONS),
            CandidateQuery.own(Catalog.TEXT_SEARCH_DICTIONARY, Carried.TEXT_SEARCH, "d", DICTIONARIES),
            CandidateQuery.own(Catalog.TEXT_SEARCH_CONFIGURATION, Carried.TEXT_SEARCH, "c", CONFIGURATIONS));

    private NamedQueries() {}
}
