package io.syncline.cli.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A table as one writer sees it at the moment: the others' alterations once they are committed, its own at once. */
record SourceTable(String schema, String name, List<Column> columns) {

    private static final String QUERY = """
            SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
                   EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey))
              FROM pg_class AS c
              JOIN pg_namespace AS n ON n.oid = c.relnamespace
              JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE n.nspname = ? AND c.relkind = 'r'
             ORDER BY c.oid, a.attnum""";

    /**
     * One of a table's.
     *
     * @param number that it keeps under whatever name
     * @param isKey whether it is of the primary key
     */
    record Column(int number, String name, String type, boolean isKey) {

        String quoted() {
            return SourceTable.quoted(name);
        }

        /** Those of {@link HistoryTable} that rows are found by. */
        boolean isFixed() {
            return isKey || number <= 2;
        }
    }

    /** The tables of a schema in the order in which they were made. */
    static List<SourceTable> read(Connection session, String schema) throws SQLException {
        Map<String, SourceTable> tables = new LinkedHashMap<>();
        try (PreparedStatement query = session.prepareStatement(QUERY)) {
            query.setString(1, schema);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    tables.computeIfAbsent(row.getString(1), name -> new SourceTable(schema, name, new ArrayList<>()))
                            .columns()
                            .add(new Column(row.getInt(2), row.getString(3), row.getString(4), row.getBoolean(5)));
                }
            }
        }
        return List.copyOf(tables.values());
    }

    String quoted() {
        return in(name);
    }

    /** A name in the same schema. */
    String in(String another) {
        return quoted(schema) + "." + quoted(another);
    }

    /** The column that was made as the n-th, quoted. */
    String column(int number) {
        return numbered(number).map(Column::quoted).orElseThrow(() -> new AssertionError(number + " of " + this));
    }

    Optional<Column> numbered(int number) {
        return columns.stream().filter(column -> column.number() == number).findFirst();
    }

    /** Some column of a kind, if there is one. */
    Optional<Column> some(int choice, Predicate<Column> wanted) {
        List<Column> all = columns.stream().filter(wanted).toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(choice % all.size()));
    }

    static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }
}
