package io.syncline.cli.history;

import io.syncline.cli.history.SourceTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Statements that change rows, with whatever columns the table has by now.
 *
 * @param x and {@code y}: small numbers that choose rows and values
 */
record RowSql(SourceTable table, int x, int y) {

    private static final int NUMBER = 1;
    private static final int TEXT = 2;
    private static final int DOCUMENT = 3;
    private static final int UNIQUE = 4;

    String insert() {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Column column : table.columns()) {
            boolean isLeftOut = column.number() > UNIQUE && (x + y) % 3 == 0;
            if (!isLeftOut) {
                names.add(column.quoted());
                values.add(value(column));
            }
        }
        return "INSERT INTO " + table.quoted() + " (" + String.join(", ", names) + ") VALUES ("
                + String.join(", ", values) + ")";
    }

    String insertMany() {
        boolean hasDocument = table.numbered(DOCUMENT).isPresent();
        return "INSERT INTO " + table.quoted() + " (" + table.column(NUMBER) + ", " + table.column(TEXT)
                + (hasDocument ? ", " + table.column(DOCUMENT) : "") + ") SELECT g, 'm' || g % " + (y + 1)
                + " || '-' || g" + (hasDocument ? ", " + document() : "") + " FROM generate_series(" + 100 * x + ", "
                + (100 * x + 3 * y) + ") g";
    }

    String update() {
        return set(TEXT, "'u" + y + "'", number() + " = " + x);
    }

    String updateAll() {
        return set(TEXT, table.column(TEXT) + " || '" + y + "'", "true");
    }

    String changeDocument() {
        return ifThere(DOCUMENT, _ -> set(DOCUMENT, document(), number() + " >= " + x));
    }

    String changeUnique() {
        return ifThere(UNIQUE, _ -> set(UNIQUE, "" + y, number() + " = " + x));
    }

    String swapUnique() {
        return ifThere(
                UNIQUE,
                unique -> set(UNIQUE, "-1", unique + " = " + x) + "; " + set(UNIQUE, "" + x, unique + " = " + y) + "; "
                        + set(UNIQUE, "" + y, unique + " = -1"));
    }

    /** One of those that were added. */
    String changeAdded() {
        return table.some(x, column -> column.number() > UNIQUE)
                .map(column -> set(column.number(), value(column), number() + " >= " + x))
                .orElse("");
    }

    String changeKey() {
        return set(NUMBER, number(y), number() + " = " + x);
    }

    String turnKeys() {
        return set(NUMBER, "-" + number() + ", " + table.column(TEXT) + " = " + table.column(TEXT) + " || '~'", "true");
    }

    String delete() {
        return "DELETE FROM " + table.quoted() + " WHERE " + number() + " = " + x;
    }

    String deleteMany() {
        return "DELETE FROM " + table.quoted() + " WHERE " + number() + " > " + 10 * x;
    }

    String truncate(SourceTable other) {
        return "TRUNCATE " + table.quoted() + (table.equals(other) ? "" : ", " + other.quoted());
    }

    /** A value for an added column of a type, which {@code y} chooses. */
    static String added(String type, int y) {
        return switch (type.replaceAll("\\(.*", "")) {
            case "integer", "bigint", "numeric" -> "" + y;
            case "text", "character varying" -> "'e''" + y + "'";
            case "boolean" -> y % 2 == 0 ? "true" : "false";
            case "double precision" -> y + ".5";
            case "timestamp without time zone", "timestamp with time zone", "timestamp" ->
                "'2020-01-0" + (y % 9 + 1) + " 10:00:00.5'";
            case "text[]" -> "'{\"a,b\",NULL," + y + "}'";
            default -> throw new AssertionError(type);
        };
    }

    private String value(Column column) {
        return switch (column.number()) {
            case NUMBER -> number(x);
            case TEXT -> "'i" + (x + y) % 7 + "'";
            case DOCUMENT -> document();
            case UNIQUE -> y % 3 == 0 ? "NULL" : "" + y;
            default -> added(column.type(), y);
        };
    }

    private String set(int column, String value, String where) {
        return "UPDATE " + table.quoted() + " SET " + table.column(column) + " = " + value + " WHERE " + where;
    }

    private String ifThere(int column, Function<String, String> statement) {
        return table.numbered(column).map(Column::quoted).map(statement).orElse("");
    }

    private String number() {
        return table.column(NUMBER);
    }

    private String number(int value) {
        return y % 2 == 0 ? "" + value : value + ".0";
    }

    /** Large ones are kept beside their rows. */
    private String document() {
        return switch (y % 4) {
            case 0 -> "NULL";
            case 1 -> "'small " + y + "'";
            default -> "repeat('large " + y + " ', 400)";
        };
    }
}
