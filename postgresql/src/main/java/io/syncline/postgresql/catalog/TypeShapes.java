package io.syncline.postgresql.catalog;

import io.syncline.api.model.TextForm;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the types of columns are made of: domains' bases and arrays' elements. */
public final class TypeShapes {

    private static final String TYPES = """
            WITH RECURSIVE used (oid) AS (
                %s
                 UNION
                SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END
                  FROM used
                  JOIN pg_type t ON t.oid = used.oid
                 WHERE t.typtype = 'd' OR t.typelem <> 0)
            SELECT t.oid, t.typtype, t.typbasetype, format_type(t.oid, -1) AS plain,
                   CASE WHEN t.typcategory = 'A' AND t.typlen = -1 AND t.oid NOT IN (22, 30) THEN t.typelem ELSE 0 END AS element
              FROM used
              JOIN pg_type t ON t.oid = used.oid""";

    private static final String OF_TABLES = TYPES.formatted("""
            SELECT DISTINCT a.atttypid
                  FROM unnest(?::oid[]) AS wanted (oid)
                  JOIN pg_attribute a ON a.attrelid = wanted.oid AND a.attnum > 0 AND NOT a.attisdropped""");

    private static final String THEMSELVES =
            TYPES.formatted("SELECT DISTINCT wanted.oid FROM unnest(?::oid[]) AS wanted (oid)");

    /** Built-in types of which equal values print alike; oids are fixed (pg_type.dat). */
    private static final Set<Long> UNIQUE = Set.of(
            16L, // boolean
            17L, // bytea
            18L, // "char"
            19L, // name
            20L, // bigint
            21L, // smallint
            23L, // integer
            26L, // oid
            650L, // cidr
            774L, // macaddr8
            829L, // macaddr
            869L, // inet
            1082L, // date
            1083L, // time
            1114L, // timestamp
            1184L, // timestamp with time zone, under a pinned TimeZone (T47)
            1560L, // bit
            1562L, // bit varying
            2950L, // uuid
            3904L, // int4range; ranges over discrete types are canonical
            3908L, // tsrange
            3910L, // tstzrange
            3912L, // daterange
            3926L); // int8range

    private static final Set<Long> COLLATED = Set.of(25L, 1043L);
    private static final long CHARACTER = 1042L;
    private static final long NUMERIC = 1700L;
    private static final Set<Long> FLOAT = Set.of(700L, 701L);

    private final Map<Long, Shape> shapes;

    private TypeShapes(Map<Long, Shape> shapes) {
        this.shapes = shapes;
    }

    /**
     * @param kind pg_type.typtype
     * @param base of a domain, else 0
     * @param element of a true array, else 0
     */
    private record Shape(long oid, String kind, long base, long element, String plain) {}

    /** The shapes of the types of these tables' columns. */
    static TypeShapes read(CatalogSession session, Collection<Long> tables) {
        return read(session, OF_TABLES, tables);
    }

    /** The shapes of these types; those that are gone are missing. */
    public static TypeShapes ofTypes(CatalogSession session, Collection<Long> types) {
        return read(session, THEMSELVES, types);
    }

    private static TypeShapes read(CatalogSession session, String sql, Collection<Long> oids) {
        List<Shape> read = session.query(sql, TypeShapes::shape, CatalogSession.oids(oids));
        Map<Long, Shape> shapes = new HashMap<>();
        read.forEach(shape -> shapes.put(shape.oid(), shape));
        return new TypeShapes(shapes);
    }

    public boolean has(long type) {
        return shapes.containsKey(type);
    }

    /**
     * The type to which a value can be given without a modifier and without a domain's checks, so that the column itself checks by assignment (T16): a domain's base.
     * An array of a domain stays one, since no operator compares it with an array of the base; its input function checks and never cuts.
     */
    public String unconstrained(long type) {
        Shape shape = get(type);
        if (shape.kind().equals("d")) {
            return unconstrained(shape.base());
        }
        return shape.plain();
    }

    /** @param deterministic whether the column's collation takes only equal bytes for equal; true for types without collation */
    public TextForm textForm(long type, boolean deterministic) {
        Shape shape = get(type);
        return switch (shape.kind()) {
            case "d" -> textForm(shape.base(), deterministic);
            case "e" -> TextForm.UNIQUE;
            case "b", "r" -> {
                if (shape.element() != 0) {
                    boolean unique = textForm(shape.element(), deterministic) == TextForm.UNIQUE;
                    yield unique ? TextForm.UNIQUE : TextForm.OPAQUE;
                }
                yield builtIn(type, deterministic);
            }
            // Composite, pseudo and multirange types have parts of any kind.
            default -> TextForm.OPAQUE;
        };
    }

    private static TextForm builtIn(long type, boolean deterministic) {
        if (UNIQUE.contains(type) || (COLLATED.contains(type) && deterministic)) {
            return TextForm.UNIQUE;
        }
        if (type == CHARACTER && deterministic) {
            return TextForm.BLANK_PADDED;
        }
        if (type == NUMERIC) {
            return TextForm.NUMERIC;
        }
        return FLOAT.contains(type) ? TextForm.FLOAT : TextForm.OPAQUE;
    }

    private Shape get(long type) {
        Shape shape = shapes.get(type);
        if (shape == null) {
            throw new IllegalStateException("the catalog has no type with oid " + type);
        }
        return shape;
    }

    private static Shape shape(ResultSet row) throws SQLException {
        return new Shape(
                row.getLong("oid"),
                row.getString("typtype"),
                row.getLong("typbasetype"),
                row.getLong("element"),
                row.getString("plain"));
    }
}
