package io.syncline.testkit.digest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.postgresql.PGConnection;

/**
 * Digests tables by SQL only: MD5 of each row's text form, added up. It shares no code with the product, so it confirms what the product's
 * own comparison says. Partitioned tables count as one table, inheritance parents without their children.
 */
public final class SqlDigest {

    /** Without these, the text of equal values differs between sessions (T47). */
    private static final String SETTINGS = """
            SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 3;
            SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = ''; SET xmloption = 'content';
            SET statement_timeout = 0;
            """;

    private static final int ROW_SECURITY = 90_500;
    private static final int PARTITIONS = 100_000;
    private static final int JIT = 110_000;

    private static final String TABLES = """
            SELECT c.relname, c.relkind = 'p'
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relkind IN ('r', 'p')
            """;

    /** The columns in the order of their names: two tables of one shape may have got them in another order. */
    private static final String COLUMNS = """
            SELECT a.attname
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attname::text COLLATE "C"
            """;

    private final Connection connection;

    private SqlDigest(Connection connection) {
        this.connection = connection;
    }

    /**
     * Digests all tables of a schema in one snapshot.
     *
     * @param connection without an open transaction; its session settings are changed
     */
    public static SortedMap<String, TableDigest> ofSchema(Connection connection, String schema) throws SQLException {
        return new SqlDigest(connection).inOneSnapshot(schema);
    }

    /**
     * Names the tables of a schema that do not hold the same rows in two databases, or are in one of them only.
     *
     * @param source a connection without an open transaction; its session settings are changed
     * @param destination likewise
     */
    public static SortedSet<String> differences(Connection source, Connection destination, String schema)
            throws SQLException {
        SortedMap<String, TableDigest> left = ofSchema(source, schema);
        SortedMap<String, TableDigest> right = ofSchema(destination, schema);
        SortedSet<String> names = new TreeSet<>(left.keySet());
        names.addAll(right.keySet());
        names.removeIf(table -> Objects.equals(left.get(table), right.get(table)));
        return Collections.unmodifiableSortedSet(names);
    }

    private SortedMap<String, TableDigest> inOneSnapshot(String schema) throws SQLException {
        execute(SETTINGS);
        if (reaches(ROW_SECURITY)) {
            execute("SET row_security = off");
        }
        if (reaches(JIT)) {
            execute("SET jit = off");
        }
        execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        try {
            SortedMap<String, TableDigest> digests = new TreeMap<>();
            for (List<String> table :
                    read(TABLES + (reaches(PARTITIONS) ? " AND NOT c.relispartition" : ""), 2, schema)) {
                String name = table.get(0);
                boolean partitioned = table.get(1).equals("t");
                digests.put(name, ofTable(schema, name, partitioned));
            }
            return Collections.unmodifiableSortedMap(digests);
        } finally {
            execute("ROLLBACK");
        }
    }

    private TableDigest ofTable(String schema, String table, boolean partitioned) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (List<String> column : read(COLUMNS, 1, schema, table)) {
            columns.add("t." + quoted(column.getFirst()));
        }
        String query = """
                SELECT count(*), concat_ws(' ', %s)
                FROM (SELECT pg_catalog.md5(ROW(%s)::text) AS h FROM %s %s.%s t) d""".formatted(
                        String.join(", ", sumOfQuarter(1), sumOfQuarter(9), sumOfQuarter(17), sumOfQuarter(25)),
                        String.join(", ", columns),
                        partitioned ? "" : "ONLY",
                        quoted(schema),
                        quoted(table));
        List<String> result = read(query, 2).getFirst();
        return new TableDigest(Long.parseLong(result.get(0)), result.get(1));
    }

    /** Eight hexadecimal digits as a number from 0 to 2^32-1: bit(32) to bigint does not extend the sign. */
    private static String sumOfQuarter(int from) {
        return "sum(('x' || substr(h, " + from + ", 8))::bit(32)::bigint)";
    }

    private List<List<String>> read(String query, int columns, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int index = 0; index < parameters.length; index++) {
                statement.setString(index + 1, parameters[index]);
            }
            try (ResultSet result = statement.executeQuery()) {
                List<List<String>> rows = new ArrayList<>();
                while (result.next()) {
                    List<String> row = new ArrayList<>(columns);
                    for (int column = 1; column <= columns; column++) {
                        row.add(result.getString(column));
                    }
                    rows.add(row);
                }
                return rows;
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private boolean reaches(int version) throws SQLException {
        return Integer.parseInt(read("SHOW server_version_num", 1).getFirst().getFirst()) >= version;
    }

    private String quoted(String name) throws SQLException {
        return connection.unwrap(PGConnection.class).escapeIdentifier(name);
    }
}
