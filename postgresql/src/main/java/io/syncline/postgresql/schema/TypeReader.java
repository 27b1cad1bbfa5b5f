package io.syncline.postgresql.schema;

import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.CompositeType;
import io.syncline.api.schema.SchemaObject.DomainType;
import io.syncline.api.schema.SchemaObject.EnumType;
import io.syncline.api.schema.SchemaObject.NamedCheck;
import io.syncline.api.schema.SchemaObject.RangeType;
import io.syncline.postgresql.catalog.CatalogSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads enums, domains, ranges and composite types, with the types that they are made of. */
final class TypeReader {

    /** The types of columns and, from there, whatever a type is made of. */
    private static final String USED = """
            WITH RECURSIVE used (oid) AS (
                SELECT unnest(?::oid[])
                 UNION
                SELECT part.oid
                  FROM used
                  JOIN pg_type t ON t.oid = used.oid
                 CROSS JOIN LATERAL (
                       SELECT t.typbasetype WHERE t.typtype = 'd'
                        UNION ALL
                       SELECT t.typelem WHERE t.typelem <> 0 AND t.typcategory = 'A'
                        UNION ALL
                       SELECT r.rngsubtype FROM pg_range r WHERE t.typtype = 'r' AND r.rngtypid = t.oid
                        UNION ALL
                       SELECT r.rngtypid FROM pg_range r WHERE t.typtype = 'm' AND to_jsonb(r) ->> 'rngmultitypid' = t.oid::text
                        UNION ALL
                       SELECT a.atttypid FROM pg_attribute a
                        WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) part (oid))
            SELECT t.oid, t.typtype, t.typbasetype, t.typrelid, n.nspname, t.typname, coalesce(c.relkind, '') AS relkind,
                   CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END AS element,
                   n.nspname IN ('pg_catalog', 'information_schema') AS system,
                   (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                     WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') AS extension,
                   t.typnotnull, t.typdefaultbin IS NOT NULL OR t.typdefault IS NOT NULL AS has_default,
                   CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base_name,
                   CASE WHEN t.typtype = 'd' THEN coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) END AS default_expression,
                   (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                      FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace JOIN pg_type b ON b.oid = t.typbasetype
                     WHERE t.typtype = 'd' AND co.oid = t.typcollation AND t.typcollation <> b.typcollation) AS collation
              FROM used
              JOIN pg_type t ON t.oid = used.oid
              JOIN pg_namespace n ON n.oid = t.typnamespace
              LEFT JOIN pg_class c ON c.oid = t.typrelid
             ORDER BY n.nspname, t.typname""";

    private static final String LABELS = """
            SELECT enumtypid AS type, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
              FROM pg_enum WHERE enumtypid = ANY (?::oid[]) GROUP BY enumtypid""";

    /** What is as it would be without a word is not said. */
    private static final String RANGES = """
            SELECT r.rngtypid AS type, r.rngsubtype, r.rngcanonical <> 0 AS canonical,
                   (SELECT m.typname FROM pg_type m WHERE m.oid::text = to_jsonb(r) ->> 'rngmultitypid') AS multirange,
                   array_remove(ARRAY[
                       'subtype = ' || format_type(r.rngsubtype, NULL),
                       (SELECT format('subtype_opclass = %I.%I', n.nspname, o.opcname) FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
                         WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
                       (SELECT format('collation = %I.%I', n.nspname, co.collname)
                          FROM pg_collation co JOIN pg_namespace n ON n.oid = co.collnamespace JOIN pg_type s ON s.oid = r.rngsubtype
                         WHERE co.oid = r.rngcollation AND r.rngcollation <> s.typcollation),
                       'subtype_diff = ' || nullif(r.rngsubdiff::regproc::text, '-')], NULL) AS options
              FROM pg_range r
             WHERE r.rngtypid = ANY (?::oid[])""";

    private static final String CHECKS = """
            SELECT contypid AS type, conname, pg_get_constraintdef(oid) AS definition, convalidated
              FROM pg_constraint WHERE contypid = ANY (?::oid[]) AND contype = 'c' ORDER BY contypid, conname""";

    private static final String ATTRIBUTES = """
            SELECT a.attrelid, a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod) AS type,
                   (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                      FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                     WHERE co.oid = a.attcollation AND a.attcollation <> t.typcollation) AS collation
              FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
             WHERE a.attrelid = ANY (?::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attrelid, a.attnum""";

    private final CatalogSession session;
    private final List<LeftOut> leftOut = new ArrayList<>();

    TypeReader(CatalogSession session) {
        this.session = session;
    }

    /**
     * @param relation of a composite type, else 0
     * @param element of an array type, else 0
     */
    private record Type(
            long oid,
            String kind,
            long base,
            long relation,
            String relationKind,
            String schema,
            String name,
            long element,
            boolean system,
            @Nullable String extension,
            Domain domain) {}

    private record Domain(
            String base,
            boolean notNull,
            @Nullable String defaultExpression,
            @Nullable String collation) {}

    private record Range(
            long subtype,
            boolean canonical,
            List<String> options,
            @Nullable String multirange) {}

    private record Attribute(long relation, long type, CompositeType.Attribute attribute) {}

    private record Check(long type, NamedCheck check, boolean valid) {}

    /** The parts for these types and all that they are made of; what is not carried is added to {@link #leftOut}. */
    List<Part> read(Collection<Long> types) {
        List<Type> used = session.query(USED, TypeReader::type, CatalogSession.oids(types));
        Map<Long, Type> byOid = new HashMap<>();
        used.forEach(type -> byOid.put(type.oid(), type));
        Map<Long, List<String>> labels = new HashMap<>();
        session.query(
                LABELS,
                row -> labels.put(row.getLong("type"), SqlArrays.texts(row, "labels")),
                CatalogSession.oids(ofKind(used, "e")));
        Map<Long, List<Check>> checks = new HashMap<>();
        session.query(CHECKS, TypeReader::check, CatalogSession.oids(ofKind(used, "d")))
                .forEach(check -> checks.computeIfAbsent(check.type(), _ -> new ArrayList<>())
                        .add(check));
        Map<Long, List<Attribute>> attributes = new HashMap<>();
        session.query(
                        ATTRIBUTES,
                        TypeReader::attribute,
                        CatalogSession.oids(used.stream()
                                .filter(type -> type.kind().equals("c"))
                                .map(Type::relation)
                                .toList()))
                .forEach(attribute -> attributes
                        .computeIfAbsent(attribute.relation(), _ -> new ArrayList<>())
                        .add(attribute));

        Map<Long, Range> ranges = new HashMap<>();
        session.query(
                RANGES, row -> ranges.put(row.getLong("type"), range(row)), CatalogSession.oids(ofKind(used, "r")));

        List<Part> parts = new ArrayList<>();
        for (Type type : used) {
            Range range = ranges.get(type.oid());
            SchemaObject object = range == null ? object(type, labels, checks, attributes) : range(type, range);
            if (object != null) {
                Set<Part.Id> needs = needs(type, attributes.getOrDefault(type.relation(), List.of()), byOid);
                if (range != null) {
                    needs.add(made(element(range.subtype(), byOid), byOid));
                }
                parts.add(new Part(Part.Id.type(type.oid()), object, needs));
            }
        }
        return parts;
    }

    /** What {@link #read} found and does not carry. */
    List<LeftOut> leftOut() {
        return List.copyOf(leftOut);
    }

    private @Nullable SchemaObject object(
            Type type,
            Map<Long, List<String>> labels,
            Map<Long, List<Check>> checks,
            Map<Long, List<Attribute>> attributes) {
        if (type.system() || type.element() != 0) {
            return null;
        }
        String name = type.schema() + "." + type.name();
        if (type.extension() != null) {
            // It comes with its extension.
            return null;
        }
        return switch (type.kind()) {
            case "e" -> new EnumType(type.schema(), type.name(), labels.getOrDefault(type.oid(), List.of()));
            case "d" -> domain(type, checks.getOrDefault(type.oid(), List.of()));
            case "c" ->
                // The row type of a table comes with its table.
                type.relationKind().equals("c")
                        ? new CompositeType(
                                type.schema(),
                                type.name(),
                                attributes.getOrDefault(type.relation(), List.of()).stream()
                                        .map(Attribute::attribute)
                                        .toList())
                        : null;
            // It comes with its range type.
            case "m" -> null;
            default -> {
                leftOut.add(
                        new LeftOut(
                                "type " + name,
                                "it is made of functions in a library of the server; the destination must have it before the schema is made"));
                yield null;
            }
        };
    }

    private @Nullable SchemaObject range(Type type, Range range) {
        if (type.system() || type.extension() != null) {
            return null;
        }
        if (range.canonical()) {
            leftOut.add(
                    new LeftOut(
                            "type " + type.schema() + "." + type.name(),
                            "it has a canonical function, which only a library can bring; the destination must have it before the schema is made"));
            return null;
        }
        return new RangeType(type.schema(), type.name(), range.options(), range.multirange());
    }

    private static Range range(ResultSet row) throws SQLException {
        return new Range(
                row.getLong("rngsubtype"),
                row.getBoolean("canonical"),
                SqlArrays.texts(row, "options"),
                row.getString("multirange"));
    }

    private DomainType domain(Type type, List<Check> checks) {
        Domain domain = type.domain();
        checks.stream()
                .filter(check -> !check.valid())
                .forEach(check -> leftOut.add(new LeftOut(
                        "check " + check.check().name() + " of domain " + type.schema() + "." + type.name(),
                        "it is NOT VALID: values that are there already may break it")));
        return new DomainType(
                type.schema(),
                type.name(),
                domain.base(),
                domain.collation(),
                domain.defaultExpression(),
                domain.notNull(),
                checks.stream().filter(Check::valid).map(Check::check).toList());
    }

    private static Set<Part.Id> needs(Type type, List<Attribute> attributes, Map<Long, Type> byOid) {
        Set<Part.Id> needs = new HashSet<>();
        if (type.kind().equals("d")) {
            needs.add(Part.Id.type(element(type.base(), byOid)));
        }
        attributes.forEach(attribute -> needs.add(made(element(attribute.type(), byOid), byOid)));
        return needs;
    }

    /** The row type of a table is made with the table. */
    private static Part.Id made(long type, Map<Long, Type> byOid) {
        Type of = byOid.get(type);
        if (of != null && of.kind().equals("c") && !of.relationKind().equals("c")) {
            return Part.Id.relation(of.relation());
        }
        return Part.Id.type(type);
    }

    private static long element(long type, Map<Long, Type> byOid) {
        Type of = byOid.get(type);
        return of == null || of.element() == 0 ? type : of.element();
    }

    private static List<Long> ofKind(List<Type> types, String kind) {
        return types.stream()
                .filter(type -> type.kind().equals(kind))
                .map(Type::oid)
                .toList();
    }

    private static Type type(ResultSet row) throws SQLException {
        String base = row.getString("base_name");
        return new Type(
                row.getLong("oid"),
                row.getString("typtype"),
                row.getLong("typbasetype"),
                row.getLong("typrelid"),
                row.getString("relkind"),
                row.getString("nspname"),
                row.getString("typname"),
                row.getLong("element"),
                row.getBoolean("system"),
                row.getString("extension"),
                new Domain(
                        base == null ? "" : base,
                        row.getBoolean("typnotnull"),
                        row.getString("default_expression"),
                        row.getString("collation")));
    }

    private static Check check(ResultSet row) throws SQLException {
        NamedCheck check = new NamedCheck(row.getString("conname"), row.getString("definition"));
        return new Check(row.getLong("type"), check, row.getBoolean("convalidated"));
    }

    private static Attribute attribute(ResultSet row) throws SQLException {
        CompositeType.Attribute attribute = new CompositeType.Attribute(
                row.getString("attname"), row.getString("type"), row.getString("collation"));
        return new Attribute(row.getLong("attrelid"), row.getLong("atttypid"), attribute);
    }
}
