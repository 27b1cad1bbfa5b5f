package io.syncline.postgresql.schema;

import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject.Grants;
import io.syncline.api.schema.SchemaObject.Grants.Grant;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.schema.Part.Catalog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rights of carried roles, and of PUBLIC, to carried objects. A role that owns an object has all rights to it by that alone (acldefault), and may hand them on; the
 * destination's role owns what it makes, so they are granted there.
 */
final class GrantReader {

    /** One row a right: the catalog, the object, the role, the column, the privilege. PUBLIC has no name. */
    private static final String RIGHTS = """
            SELECT found.catalog, found.oid, found.name, coalesce(r.rolname, '') AS role, found.col, found.privilege_type AS privilege,
                   bool_or(found.is_grantable OR found.grantee = found.owner) AS grantable
              FROM (SELECT 'RELATION' AS catalog, c.oid, c.relowner AS owner, NULL AS name, NULL AS col, acl.*
                      FROM unnest(?::oid[]) AS wanted (oid)
                      JOIN pg_class c ON c.oid = wanted.oid
                     CROSS JOIN LATERAL aclexplode(coalesce(c.relacl,
                           acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) acl
                     UNION ALL
                    SELECT 'RELATION', c.oid, c.relowner, NULL, a.attname, acl.*
                      FROM unnest(?::oid[]) AS wanted (oid)
                      JOIN pg_class c ON c.oid = wanted.oid
                      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                     CROSS JOIN LATERAL aclexplode(a.attacl) acl
                     UNION ALL
                    SELECT 'ROUTINE', p.oid, p.proowner, NULL, NULL, acl.*
                      FROM unnest(?::oid[]) AS wanted (oid)
                      JOIN pg_proc p ON p.oid = wanted.oid
                     CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f'::"char", p.proowner))) acl
                     UNION ALL
                    SELECT 'TYPE', t.oid, t.typowner, NULL, NULL, acl.*
                      FROM unnest(?::oid[]) AS wanted (oid)
                      JOIN pg_type t ON t.oid = wanted.oid
                     CROSS JOIN LATERAL aclexplode(coalesce(t.typacl, acldefault('T'::"char", t.typowner))) acl
                     UNION ALL
                    SELECT 'SCHEMA', n.oid, n.nspowner, n.nspname, NULL, acl.*
                      FROM pg_namespace n
                     CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n'::"char", n.nspowner))) acl) found
              LEFT JOIN pg_roles r ON r.oid = found.grantee
             WHERE found.grantee = 0 OR r.oid IS NOT NULL
             GROUP BY 1, 2, 3, 4, 5, 6
             ORDER BY 1, 2, 4, 5, 6""";

    private static final String DEFAULTS = """
            SELECT DISTINCT r.rolname AS role, coalesce(n.nspname, '') AS schema
              FROM pg_default_acl d
              JOIN pg_roles r ON r.oid = d.defaclrole
              LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
             ORDER BY 1, 2""";

    private final CatalogSession session;
    private final Set<String> roles;

    /** @param roles those that are carried */
    GrantReader(CatalogSession session, Set<String> roles) {
        this.session = session;
        this.roles = roles;
    }

    private record Right(String catalog, long oid, @Nullable String schema, Grant grant) {
        static Right of(ResultSet row) throws SQLException {
            return new Right(
                    row.getString("catalog"),
                    row.getLong("oid"),
                    row.getString("name"),
                    new Grant(
                            row.getString("role"),
                            row.getString("col"),
                            row.getString("privilege"),
                            row.getBoolean("grantable")));
        }
    }

    /**
     * @param objects by their place in the catalogs: tables, views and sequences, routines, types
     * @param schemas by name
     */
    List<Grants> read(Map<Part.Id, ObjectRef> objects, Set<String> schemas) {
        Map<ObjectRef, List<Grant>> byObject = new LinkedHashMap<>();
        objects.values().forEach(ref -> byObject.put(ref, new ArrayList<>()));
        String relations = oids(objects.keySet(), Catalog.RELATION);
        String routines = oids(objects.keySet(), Catalog.ROUTINE);
        String types = oids(objects.keySet(), Catalog.TYPE);
        for (Right right : session.query(RIGHTS, Right::of, relations, relations, routines, types)) {
            ObjectRef on = target(right, objects, schemas);
            if (on != null
                    && (right.grant().isPublic() || roles.contains(right.grant().role()))) {
                byObject.computeIfAbsent(on, _ -> new ArrayList<>()).add(right.grant());
            }
        }
        List<Grants> grants = new ArrayList<>();
        byObject.forEach((on, list) -> {
            boolean only = isOpenWhenNew(on.kind()) && list.stream().noneMatch(Grant::isPublic);
            if (only || !list.isEmpty()) {
                grants.add(new Grants(on, list, only));
            }
        });
        return grants;
    }

    /** What carried roles, or anybody in carried schemas, are granted on objects yet to come. */
    List<LeftOut> defaults(Set<String> schemas) {
        return session.query(DEFAULTS, row -> new String[] {row.getString("role"), row.getString("schema")}).stream()
                .filter(found -> roles.contains(found[0]) || schemas.contains(found[1]))
                .map(
                        found -> new LeftOut(
                                "default privileges of role " + found[0]
                                        + (found[1].isEmpty() ? "" : " in schema " + found[1]),
                                "they hold for objects that this role makes, and the destination's role makes those that are carried"))
                .toList();
    }

    private static @Nullable ObjectRef target(Right right, Map<Part.Id, ObjectRef> objects, Set<String> schemas) {
        String schema = right.schema();
        if (schema != null) {
            return schemas.contains(schema) ? new ObjectRef(ObjectRef.Kind.SCHEMA, "", "", schema) : null;
        }
        return objects.get(new Part.Id(Catalog.valueOf(right.catalog()), right.oid()));
    }

    /** PUBLIC may execute functions and use types from the moment that they are made (GRANT, "Privileges"). */
    private static boolean isOpenWhenNew(ObjectRef.Kind kind) {
        return switch (kind) {
            case FUNCTION, PROCEDURE, AGGREGATE, TYPE -> true;
            default -> false;
        };
    }

    private static String oids(Collection<Part.Id> ids, Catalog catalog) {
        return CatalogSession.oids(ids.stream()
                .filter(id -> id.catalog() == catalog)
                .map(Part.Id::oid)
                .toList());
    }
}
