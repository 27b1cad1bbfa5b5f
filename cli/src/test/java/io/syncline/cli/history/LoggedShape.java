package io.syncline.cli.history;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a statement made of a table.
 *
 * @param table its oid
 * @param key the primary key's columns, none when it has no such key
 */
record LoggedShape(String schema, long table, String name, List<Column> columns, List<String> key) implements LogLine {

    private static final Set<String> NUMBERS =
            Set.of("smallint", "integer", "bigint", "real", "double precision", "numeric");

    /**
     * One of a table's.
     *
     * @param number that it keeps under whatever name
     * @param type with its modifier
     * @param filling what rows that are older than the column have in it
     */
    record Column(
            int number,
            String name,
            String type,
            boolean required,
            @Nullable String standard,
            @Nullable String filling) {

        /** The value that rows of before have, as the log prints values; {@link LoggedChange#NULL} when there is none. */
        String fillingLiteral() {
            if (filling == null) {
                return LoggedChange.NULL;
            }
            return switch (type.replaceAll("\\(.*", "")) {
                case "boolean" -> filling.equals("t") ? "true" : "false";
                case String plain when NUMBERS.contains(plain) -> filling;
                default -> "'" + filling + "'";
            };
        }

        /** A value that the column had while it was {@code before}: types that print it otherwise, though no row was rewritten. */
        String retyped(Column before, String literal) {
            boolean gotZone =
                    before.type().equals("timestamp without time zone") && type.equals("timestamp with time zone");
            return gotZone ? literal.replaceAll("'$", "+00'") : literal;
        }
    }

    Optional<Column> numbered(int number) {
        return columns.stream().filter(column -> column.number() == number).findFirst();
    }

    /** Equal for tables of equal columns, in whatever order and under whatever numbers. */
    String text() {
        TreeMap<String, String> texts = new TreeMap<>();
        for (Column column : columns) {
            texts.put(
                    column.name(),
                    column.type()
                            + (column.required() ? " NOT NULL" : "")
                            + (column.standard() == null ? "" : " DEFAULT " + column.standard()));
        }
        return texts.entrySet().stream()
                .map(column -> column.getKey() + " " + column.getValue())
                .collect(Collectors.joining(", ", "(", ") key " + key));
    }
}
