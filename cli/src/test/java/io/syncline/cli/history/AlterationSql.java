package io.syncline.cli.history;

import io.syncline.cli.history.SourceTable.Column;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Statements that alter a table.
 *
 * @param x and {@code y}: small numbers that choose columns, types and values
 * @param name that nothing has had
 */
record AlterationSql(SourceTable table, int x, int y, String name) {

    /** A name that columns and tables have in turn, and then sometimes two of them at once, which fails. */
    private static final String AGAIN = "again";

    private static final String BETWEEN = "between";

    private static final List<String> TYPES =
            List.of("integer", "text", "varchar(9)", "numeric(6,2)", "timestamp", "boolean", "text[]");

    String addColumn() {
        String type = TYPES.get(x % TYPES.size());
        String value = type.equals("timestamp") && y > 4 ? "localtimestamp" : RowSql.added(full(type), y);
        return alter("ADD COLUMN " + quotedName() + " " + type
                + switch (y % 4) {
                    case 0 -> "";
                    case 1 -> " DEFAULT " + value;
                    default -> " NOT NULL DEFAULT " + value;
                });
    }

    String dropColumn() {
        return with(free(), column -> "DROP COLUMN " + column.quoted());
    }

    String renameColumn() {
        return with(any(x), column -> "RENAME COLUMN " + column.quoted() + " TO " + quotedName());
    }

    String swapColumns() {
        Column one = any(x).orElseThrow();
        Column other = any(y).orElseThrow();
        return one.equals(other)
                ? ""
                : alter("RENAME COLUMN " + one.quoted() + " TO " + BETWEEN) + "; "
                        + alter("RENAME COLUMN " + other.quoted() + " TO " + one.quoted()) + "; "
                        + alter("RENAME COLUMN " + BETWEEN + " TO " + other.quoted());
    }

    /** Every row stays as it is. */
    String widen() {
        return with(
                table.some(x, column -> !wider(column.type()).equals(column.type())),
                column -> "ALTER COLUMN " + column.quoted() + " TYPE " + wider(column.type()));
    }

    String require() {
        return with(free(), column -> "ALTER COLUMN " + column.quoted() + " SET NOT NULL");
    }

    String allowNulls() {
        return with(free(), column -> "ALTER COLUMN " + column.quoted() + " DROP NOT NULL");
    }

    String setDefault() {
        return with(
                table.some(x, column -> column.number() > 1),
                column -> "ALTER COLUMN " + column.quoted() + " SET DEFAULT " + RowSql.added(column.type(), y));
    }

    String dropDefault() {
        return with(any(x), column -> "ALTER COLUMN " + column.quoted() + " DROP DEFAULT");
    }

    String several() {
        return with(
                any(1),
                text -> "ADD COLUMN " + quotedName() + " int DEFAULT " + y + ", ALTER COLUMN " + text.quoted()
                        + " SET DEFAULT 'd" + x + "'"
                        + free().map(column -> ", DROP COLUMN " + column.quoted())
                                .orElse(""));
    }

    String renameTable() {
        return alter("RENAME TO " + SourceTable.quoted(name));
    }

    /** To a name that another table may have had. */
    String renameTableAgain() {
        return alter("RENAME TO " + AGAIN);
    }

    String swapTables(SourceTable other) {
        if (table.equals(other)) {
            return "";
        }
        return alter("RENAME TO " + BETWEEN) + "; ALTER TABLE " + other.quoted() + " RENAME TO "
                + SourceTable.quoted(table.name()) + "; ALTER TABLE " + table.in(BETWEEN) + " RENAME TO "
                + SourceTable.quoted(other.name());
    }

    String dropTable() {
        return "DROP TABLE " + table.quoted();
    }

    String addUnknown() {
        return alter("ADD COLUMN " + SourceTable.quoted(name)
                + switch (y % 3) {
                    case 0 -> " float8 DEFAULT random()";
                    case 1 ->
                        " int DEFAULT 7, ADD COLUMN \"also " + name.replace("\"", "\"\"")
                                + "\" float8 NOT NULL DEFAULT random()";
                    default -> " serial";
                });
    }

    String compute() {
        return with(
                table.some(x, column -> !column.isFixed() && column.type().matches("integer|text|character varying.*")),
                column -> "ALTER COLUMN " + column.quoted()
                        + (column.type().equals("integer")
                                ? " TYPE integer USING " + column.quoted() + " * 10 + " + y
                                : " TYPE text USING " + column.quoted() + " || '" + y + "'"));
    }

    String widenWithRewrite() {
        return with(
                table.some(x, column -> column.type().equals("integer")),
                column -> "ALTER COLUMN " + column.quoted() + " TYPE bigint");
    }

    String createTable() {
        String made = table.in(name);
        return "CREATE TABLE " + made + " (n int PRIMARY KEY, v text, d text, u int); INSERT INTO " + made
                + " SELECT g, 'made', repeat('large', 900) FROM generate_series(1, " + 10 * y + ") g";
    }

    String createTableAs() {
        return "CREATE TABLE " + table.in(name) + " AS TABLE " + table.quoted() + "; ALTER TABLE " + table.in(name)
                + " REPLICA IDENTITY FULL";
    }

    private String quotedName() {
        return y % 3 == 0 ? AGAIN : SourceTable.quoted(name);
    }

    private Optional<Column> any(int choice) {
        return table.some(choice, _ -> true);
    }

    private Optional<Column> free() {
        return table.some(x, column -> !column.isFixed());
    }

    private String with(Optional<Column> column, Function<Column, String> action) {
        return column.map(action).map(this::alter).orElse("");
    }

    private String alter(String actions) {
        return "ALTER TABLE " + table.quoted() + " " + actions;
    }

    private static String full(String type) {
        return type.equals("varchar(9)") ? "character varying(9)" : type;
    }

    private String wider(String type) {
        return switch (type) {
            case "character varying(9)" -> y % 2 == 0 ? "varchar(60)" : "text";
            case "character varying(60)" -> "text";
            case "numeric(6,2)" -> y % 2 == 0 ? "numeric(9,2)" : "numeric";
            case "numeric(9,2)" -> "numeric";
            case "timestamp without time zone" -> "timestamptz";
            default -> type;
        };
    }
}
