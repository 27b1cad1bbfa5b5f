package io.syncline.cli.history;

import java.util.List;

/**
 * A table of four columns, as it is made: a number, a text, a document that may be too large for its row, and a number that no other row may have.
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

    String create(String schema) {
        String name = SourceTable.quoted(schema) + "." + SourceTable.quoted(this.name);
        return "CREATE TABLE %s (%s %s, %s %s, %s text, %s int%s%s); ALTER TABLE %s ALTER %s SET STORAGE EXTERNAL%s;"
                .formatted(
                        name,
                        column(0),
                        key == Identity.NUMERIC ? "numeric" : "int",
                        column(1),
                        unique ? "text" : "varchar(60)",
                        column(2),
                        column(3),
                        unique ? " UNIQUE" : "",
                        primary(),
                        name,
                        column(2),
                        key == Identity.NONE ? ", REPLICA IDENTITY FULL" : "");
    }

    private String primary() {
        return switch (key) {
            case NUMBER, NUMERIC -> ", PRIMARY KEY (" + column(0) + ")";
            case TEXT -> ", PRIMARY KEY (" + column(1) + ")";
            case BOTH -> ", PRIMARY KEY (" + column(1) + ", " + column(0) + ")";
            case NONE -> "";
        };
    }

    private String column(int number) {
        return SourceTable.quoted(columns.get(number));
    }
}
