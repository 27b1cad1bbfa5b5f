package io.syncline.cli.history;

import java.util.List;

/**
 * A table of four columns: a number, a text, a document that may be too large for its row, and a number that no other row may have.
 *
 * @param name and the columns', in whatever characters
 */
record HistoryTable(String name, List<String> columns, Identity key, boolean unique) {

    /** What the table's rows are known by. */
    enum Identity {
        NUMBER,
        /** Equal numbers may print differently. */
        NUMERIC,
        TEXT,
        BOTH,
        NONE
    }

    List<String> keyColumns() {
        return switch (key) {
            case NUMBER, NUMERIC -> List.of(columns.get(0));
            case TEXT -> List.of(columns.get(1));
            case BOTH -> List.of(columns.get(1), columns.get(0));
            case NONE -> List.of();
        };
    }

    String create(String schema) {
        String primary = key == Identity.NONE
                ? ""
                : ", PRIMARY KEY ("
                        + String.join(
                                ", ",
                                keyColumns().stream().map(HistoryTable::quoted).toList()) + ")";
        return "CREATE TABLE %s (%s %s, %s text, %s text, %s int%s%s); ALTER TABLE %s ALTER %s SET STORAGE EXTERNAL%s;"
                .formatted(
                        in(schema),
                        column(0),
                        key == Identity.NUMERIC ? "numeric" : "int",
                        column(1),
                        column(2),
                        column(3),
                        unique ? " UNIQUE" : "",
                        primary,
                        in(schema),
                        column(2),
                        key == Identity.NONE ? ", REPLICA IDENTITY FULL" : "");
    }

    String in(String schema) {
        return quoted(schema) + "." + quoted(name);
    }

    String column(int number) {
        return quoted(columns.get(number));
    }

    private static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }
}
