package io.syncline.postgresql.catalog;

import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The equality operators that a table's key is compared with: those of its unique index. With an empty search_path a plain = of an extension's type (citext) would
 * silently become that of text.
 */
public final class KeyOperators {

    private static final String PLAIN_EQUALS = "=";

    /** Strategy 3 of a btree operator family is equality (PostgreSQL documentation, Index Methods and Operator Classes). */
    private static final String UNIQUE_INDEXES = """
            SELECT i.indexrelid, a.attname, s.nspname, o.oprname
              FROM pg_catalog.pg_index AS i
              CROSS JOIN LATERAL generate_series(0, i.indnatts - 1) AS p (n)
              JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p.n]
              JOIN pg_catalog.pg_opclass AS c ON c.oid = i.indclass[p.n]
              JOIN pg_catalog.pg_am AS method ON method.oid = c.opcmethod AND method.amname = 'btree'
              JOIN pg_catalog.pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype
                   AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3 AND m.amoppurpose = 's'
              JOIN pg_catalog.pg_operator AS o ON o.oid = m.amopopr
              JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace
             WHERE i.indrelid = ? AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
             ORDER BY i.indisprimary DESC, i.indexrelid""";

    private KeyOperators() {}

    /**
     * One operator for each column, such as {@code =} or {@code OPERATOR("public".=)}.
     *
     * @param relation the table's oid
     * @param key the key's columns
     */
    public static List<String> equality(Connection connection, long relation, List<String> key) throws SQLException {
        if (key.isEmpty()) {
            return List.of();
        }
        for (Map<String, String> index : uniqueIndexes(connection, relation)) {
            if (index.keySet().equals(new HashSet<>(key))) {
                return key.stream()
                        .map(name -> index.getOrDefault(name, PLAIN_EQUALS))
                        .toList();
            }
        }
        // Without an index of the key the types that the server was built with still have their = in pg_catalog.
        return key.stream().map(name -> PLAIN_EQUALS).toList();
    }

    private static Iterable<Map<String, String>> uniqueIndexes(Connection connection, long relation)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_INDEXES)) {
            statement.setLong(1, relation);
            try (ResultSet row = statement.executeQuery()) {
                Map<Long, Map<String, String>> byIndex = new LinkedHashMap<>();
                while (row.next()) {
                    String schema = row.getString(3);
                    String operator = row.getString(4);
                    byIndex.computeIfAbsent(row.getLong(1), index -> new HashMap<>())
                            .put(
                                    row.getString(2),
                                    schema.equals("pg_catalog")
                                            ? operator
                                            : "OPERATOR(" + Quoting.identifier(schema) + "." + operator + ")");
                }
                return byIndex.values();
            }
        }
    }
}
