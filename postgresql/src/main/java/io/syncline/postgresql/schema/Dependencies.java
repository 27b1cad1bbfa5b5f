package io.syncline.postgresql.schema;

import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.schema.Part.Catalog;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What needs what among the objects of users, as pg_depend has it, with the parts of an object (defaults, constraints, a view's query, an index of a table) taken for
 * the object itself. Foreign keys do not count: they are made when all tables are there.
 */
final class Dependencies {

    /** Objects with an oid of 16384 (FirstNormalObjectId) and more are not the server's own. */
    private static final String EDGES = """
            WITH whole (classid, objid, catalog, owner) AS (
                SELECT 'pg_attrdef'::regclass, oid, 'pg_class', adrelid FROM pg_attrdef
                 UNION ALL
                SELECT 'pg_constraint'::regclass, oid, CASE WHEN conrelid <> 0 THEN 'pg_class' ELSE 'pg_type' END,
                       CASE WHEN conrelid <> 0 THEN conrelid ELSE contypid END
                  FROM pg_constraint WHERE contype <> 'f'
                 UNION ALL
                SELECT 'pg_rewrite'::regclass, oid, 'pg_class', ev_class FROM pg_rewrite WHERE rulename = '_RETURN'
                 UNION ALL
                SELECT 'pg_class'::regclass, i.indexrelid, 'pg_class', i.indrelid
                  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relkind <> 'm'
                 UNION ALL
                SELECT 'pg_class'::regclass, oid, 'pg_sequence', oid FROM pg_class WHERE relkind = 'S'
                 UNION ALL
                SELECT 'pg_class'::regclass, oid, 'pg_type', reltype FROM pg_class WHERE relkind = 'c'
                 UNION ALL
                SELECT 'pg_type'::regclass, t.oid, CASE WHEN c.relkind <> 'c' THEN 'pg_class' ELSE 'pg_type' END,
                       CASE WHEN c.relkind <> 'c' THEN c.oid ELSE e.oid END
                  FROM pg_type t
                  JOIN pg_type e ON e.oid = CASE WHEN t.typelem <> 0 AND t.typcategory = 'A' THEN t.typelem ELSE t.oid END
                  LEFT JOIN pg_class c ON c.oid = e.typrelid
                 UNION ALL
                SELECT 'pg_amop'::regclass, m.oid, 'pg_opclass', o.oid
                  FROM pg_amop m JOIN pg_opclass o ON o.opcfamily = m.amopfamily AND o.opcintype = m.amoplefttype
                 UNION ALL
                SELECT 'pg_amproc'::regclass, m.oid, 'pg_opclass', o.oid
                  FROM pg_amproc m JOIN pg_opclass o ON o.opcfamily = m.amprocfamily AND o.opcintype = m.amproclefttype)
            SELECT DISTINCT *
              FROM (SELECT coalesce(f.catalog, d.classid::regclass::text) AS from_catalog, coalesce(f.owner, d.objid) AS from_oid,
                           coalesce(t.catalog, d.refclassid::regclass::text) AS to_catalog, coalesce(t.owner, d.refobjid) AS to_oid
                      FROM pg_depend d
                      LEFT JOIN whole f ON f.classid = d.classid AND f.objid = d.objid
                      LEFT JOIN whole t ON t.classid = d.refclassid AND t.objid = d.refobjid
                     WHERE d.objid >= 16384 AND d.refobjid >= 16384) edge
             WHERE (from_catalog, from_oid) <> (to_catalog, to_oid)
               AND from_catalog <> 'pg_sequence'
               AND from_catalog = ANY (?::text[])
               AND to_catalog = ANY (?::text[])""";

    private final Map<Part.Id, Set<Part.Id>> edges = new HashMap<>();

    private Dependencies() {}

    static Dependencies read(CatalogSession session) {
        String catalogs =
                Arrays.stream(Catalog.values()).map(Catalog::table).collect(Collectors.joining(",", "{", "}"));
        Dependencies dependencies = new Dependencies();
        session.query(
                EDGES,
                row -> dependencies
                        .edges
                        .computeIfAbsent(
                                new Part.Id(Catalog.of(row.getString("from_catalog")), row.getLong("from_oid")),
                                _ -> new LinkedHashSet<>())
                        .add(new Part.Id(Catalog.of(row.getString("to_catalog")), row.getLong("to_oid"))),
                catalogs,
                catalogs);
        return dependencies;
    }

    /** What an object needs directly. */
    Set<Part.Id> of(Part.Id object) {
        return edges.getOrDefault(object, Set.of());
    }
}
