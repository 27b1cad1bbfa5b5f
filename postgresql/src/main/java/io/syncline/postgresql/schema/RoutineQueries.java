package io.syncline.postgresql.schema;

import io.syncline.api.task.Carried;
import io.syncline.postgresql.schema.Part.Catalog;
import java.util.List;

/** Functions, procedures, aggregates, operators and what is made of them. */
final class RoutineQueries {

    /** Tells the routines of one name apart, as DROP wants it; {@code p} is pg_proc. */
    static final String SIGNATURE = """
            quote_ident(p.proname) || '('
            || coalesce((SELECT string_agg(format_type(a.type, NULL), ', ' ORDER BY a.position)
                           FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, position)),
                        CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid) THEN '*' ELSE '' END)
            || ')'""";

    /** Tells the operators of one name apart; {@code op} is pg_operator. */
    static final String OPERANDS = """
            op.oprname || ' (' || coalesce(format_type(nullif(op.oprleft, 0), NULL), 'NONE') || ', '
            || coalesce(format_type(nullif(op.oprright, 0), NULL), 'NONE') || ')'""";

    private static final String FUNCTIONS = """
            SELECT p.oid, CASE WHEN to_jsonb(p) ->> 'prokind' = 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind, n.nspname AS schema,
                   '' AS parent, %s AS name, 0 AS relation, NULL AS quoted,
                   CASE WHEN l.lanname NOT IN ('c', 'internal') THEN rtrim(pg_get_functiondef(p.oid)) END AS definition, NULL AS firing,
                   CASE WHEN l.lanname IN ('c', 'internal') THEN 'it is part of a library of the server' END AS why,
                   obj_description(p.oid, 'pg_proc') AS comment, NULL AS more
              FROM pg_proc p
              JOIN pg_namespace n ON n.oid = p.pronamespace
              JOIN pg_language l ON l.oid = p.prolang
             WHERE NOT EXISTS (SELECT FROM pg_aggregate g WHERE g.aggfnoid = p.oid)""".formatted(SIGNATURE);

    /** Attributes that a release lacks are left out by themselves: they are read as JSON. Defaults are not written, so that older servers take the rest. */
    private static final String AGGREGATES = """
            SELECT p.oid, 'AGGREGATE' AS kind, n.nspname AS schema, '' AS parent, %s AS name, 0 AS relation, NULL AS quoted,
                   format('CREATE AGGREGATE %%I.%%I(%%s) (%%s)', n.nspname, p.proname,
                          CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END,
                          concat_ws(', ',
                              'SFUNC = ' || g.aggtransfn::regproc::text,
                              'STYPE = ' || format_type(g.aggtranstype, NULL),
                              'SSPACE = ' || nullif(g.aggtransspace, 0),
                              'FINALFUNC = ' || nullif(g.aggfinalfn::regproc::text, '-'),
                              CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                              'FINALFUNC_MODIFY = ' || CASE WHEN to_jsonb(g) ->> 'aggfinalmodify' <> CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END
                                                            THEN CASE to_jsonb(g) ->> 'aggfinalmodify' WHEN 'r' THEN 'READ_ONLY'
                                                                      WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                              'COMBINEFUNC = ' || nullif(to_jsonb(g) ->> 'aggcombinefn', '-'),
                              'SERIALFUNC = ' || nullif(to_jsonb(g) ->> 'aggserialfn', '-'),
                              'DESERIALFUNC = ' || nullif(to_jsonb(g) ->> 'aggdeserialfn', '-'),
                              'INITCOND = ' || quote_literal(g.agginitval),
                              'MSFUNC = ' || nullif(g.aggmtransfn::regproc::text, '-'),
                              'MINVFUNC = ' || nullif(g.aggminvtransfn::regproc::text, '-'),
                              'MSTYPE = ' || format_type(nullif(g.aggmtranstype, 0), NULL),
                              'MSSPACE = ' || nullif(g.aggmtransspace, 0),
                              'MFINALFUNC = ' || nullif(g.aggmfinalfn::regproc::text, '-'),
                              CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                              'MFINALFUNC_MODIFY = '
                              || CASE WHEN g.aggmfinalfn <> 0 AND to_jsonb(g) ->> 'aggmfinalmodify' <> CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END
                                      THEN CASE to_jsonb(g) ->> 'aggmfinalmodify' WHEN 'r' THEN 'READ_ONLY'
                                                WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                              'MINITCOND = ' || quote_literal(g.aggminitval),
                              'SORTOP = ' || (SELECT format('OPERATOR(%%I.%%s)', sn.nspname, s.oprname)
                                                FROM pg_operator s JOIN pg_namespace sn ON sn.oid = s.oprnamespace WHERE s.oid = g.aggsortop),
                              'PARALLEL = ' || CASE to_jsonb(p) ->> 'proparallel' WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END,
                              CASE WHEN g.aggkind = 'h' THEN 'HYPOTHETICAL' END)) AS definition,
                   NULL AS firing, NULL AS why, obj_description(p.oid, 'pg_proc') AS comment, NULL AS more
              FROM pg_proc p
              JOIN pg_namespace n ON n.oid = p.pronamespace
              JOIN pg_aggregate g ON g.aggfnoid = p.oid
             WHERE true""".formatted(SIGNATURE);

    /** What is named as commutator or negator before it is made stands for it until then; such a shell has no function. */
    private static final String OPERATORS = """
            SELECT op.oid, 'OPERATOR' AS kind, n.nspname AS schema, '' AS parent, %s AS name, 0 AS relation, NULL AS quoted,
                   format('CREATE OPERATOR %%I.%%s (%%s)', n.nspname, op.oprname,
                          concat_ws(', ',
                              'PROCEDURE = ' || op.oprcode::regproc::text,
                              'LEFTARG = ' || format_type(nullif(op.oprleft, 0), NULL),
                              'RIGHTARG = ' || format_type(nullif(op.oprright, 0), NULL),
                              'COMMUTATOR = ' || (SELECT format('OPERATOR(%%I.%%s)', cn.nspname, c.oprname)
                                                    FROM pg_operator c JOIN pg_namespace cn ON cn.oid = c.oprnamespace WHERE c.oid = op.oprcom),
                              'NEGATOR = ' || (SELECT format('OPERATOR(%%I.%%s)', cn.nspname, c.oprname)
                                                 FROM pg_operator c JOIN pg_namespace cn ON cn.oid = c.oprnamespace WHERE c.oid = op.oprnegate),
                              'RESTRICT = ' || nullif(op.oprrest::regproc::text, '-'),
                              'JOIN = ' || nullif(op.oprjoin::regproc::text, '-'),
                              CASE WHEN op.oprcanhash THEN 'HASHES' END,
                              CASE WHEN op.oprcanmerge THEN 'MERGES' END)) AS definition,
                   NULL AS firing, NULL AS why, obj_description(op.oid, 'pg_operator') AS comment, NULL AS more
              FROM pg_operator op
              JOIN pg_namespace n ON n.oid = op.oprnamespace
             WHERE op.oprcode <> 0""".formatted(OPERANDS);

    private static final String FAMILIES = """
            SELECT f.oid, 'OPERATOR_FAMILY' AS kind, n.nspname AS schema, '' AS parent, format('%I USING %I', f.opfname, m.amname) AS name,
                   0 AS relation, NULL AS quoted,
                   format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname) AS definition,
                   NULL AS firing, NULL AS why, obj_description(f.oid, 'pg_opfamily') AS comment, NULL AS more
              FROM pg_opfamily f
              JOIN pg_namespace n ON n.oid = f.opfnamespace
              JOIN pg_am m ON m.oid = f.opfmethod
             WHERE true""";

    private static final String CLASSES = """
            SELECT c.oid, 'OPERATOR_CLASS' AS kind, n.nspname AS schema, '' AS parent, format('%I USING %I', c.opcname, m.amname) AS name,
                   0 AS relation, NULL AS quoted,
                   format('CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I FAMILY %I.%I AS %s', n.nspname, c.opcname,
                          CASE WHEN c.opcdefault THEN 'DEFAULT ' ELSE '' END, format_type(c.opcintype, NULL), m.amname, fn.nspname, f.opfname,
                          concat_ws(', ',
                              'STORAGE ' || format_type(coalesce(nullif(c.opckeytype, 0), c.opcintype), NULL),
                              (SELECT string_agg(format('OPERATOR %s %s%s', o.amopstrategy, o.amopopr::regoperator,
                                                        ' FOR ORDER BY ' || (SELECT format('%I.%I', sn.nspname, s.opfname)
                                                                               FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace
                                                                              WHERE s.oid = o.amopsortfamily)),
                                                 ', ' ORDER BY o.amopstrategy, o.amoprighttype)
                                 FROM pg_amop o WHERE o.amopfamily = c.opcfamily AND o.amoplefttype = c.opcintype),
                              (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, NULL),
                                                        format_type(p.amprocrighttype, NULL), p.amproc::regprocedure),
                                                 ', ' ORDER BY p.amprocnum, p.amprocrighttype)
                                 FROM pg_amproc p WHERE p.amprocfamily = c.opcfamily AND p.amproclefttype = c.opcintype))) AS definition,
                   NULL AS firing, NULL AS why, obj_description(c.oid, 'pg_opclass') AS comment, NULL AS more
              FROM pg_opclass c
              JOIN pg_namespace n ON n.oid = c.opcnamespace
              JOIN pg_am m ON m.oid = c.opcmethod
              JOIN pg_opfamily f ON f.oid = c.opcfamily
              JOIN pg_namespace fn ON fn.oid = f.opfnamespace
             WHERE true""";

    /** A cast lies in no schema; it counts to that of its type. */
    private static final String CASTS = """
            SELECT c.oid, 'CAST' AS kind, n.nspname AS schema, '' AS parent,
                   format('(%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) AS name, 0 AS relation, NULL AS quoted,
                   format('CREATE CAST (%s AS %s) %s%s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL),
                          CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
                          CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END) AS definition,
                   NULL AS firing, NULL AS why, obj_description(c.oid, 'pg_cast') AS comment, NULL AS more
              FROM pg_cast c
              JOIN pg_type t ON t.oid = CASE WHEN c.castsource >= 16384 THEN c.castsource ELSE c.casttarget END
              JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE true""";

    static final List<CandidateQuery> ALL = List.of(
            CandidateQuery.own(Catalog.ROUTINE, Carried.FUNCTIONS, "p", FUNCTIONS),
            CandidateQuery.own(Catalog.ROUTINE, Carried.FUNCTIONS, "p", AGGREGATES),
            CandidateQuery.own(Catalog.OPERATOR, Carried.OPERATORS, "op", OPERATORS),
            CandidateQuery.own(Catalog.OPERATOR_FAMILY, Carried.OPERATORS, "f", FAMILIES),
            CandidateQuery.own(Catalog.OPERATOR_CLASS, Carried.OPERATORS, "c", CLASSES),
            CandidateQuery.own(Catalog.CAST, Carried.OPERATORS, "c", CASTS));

    private RoutineQueries() {}
}
