package io.syncline.engine.route;

import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table's shape as the ledger keeps it: a line for the key, then one a column; fields are divided by tabs, and what they hold of tabs, line ends and backslashes
 * is escaped as COPY does it, which also says how an absent value looks.
 */
final class ShapeText {

    private static final String HEAD = "shape 1";
    private static final String ABSENT = "\\N";

    private ShapeText() {}

    static String of(TableSchema table) {
        List<String> lines = new ArrayList<>();
        Key key = table.key();
        lines.add(line(
                HEAD,
                key.kind().name(),
                Boolean.toString(key.deferrable()),
                key.columns().stream().map(String::valueOf).collect(Collectors.joining(" "))));
        for (Column column : table.columns()) {
            ColumnType type = column.type();
            lines.add(line(
                    column.name(),
                    type.name(),
                    type.unconstrained(),
                    Integer.toString(type.oid()),
                    type.textForm().name(),
                    Boolean.toString(column.nullable()),
                    Boolean.toString(column.generated()),
                    Integer.toString(column.number()),
                    column.defaultExpression()));
        }
        return String.join("\n", lines);
    }

    /** Null for a text that another program wrote. */
    static @Nullable TableSchema read(TableId table, long version, String text) {
        List<String> lines = text.lines().toList();
        if (!text.startsWith(HEAD + "\t")) {
            return null;
        }
        List<@Nullable String> head = fields(lines.getFirst());
        List<Integer> keyColumns = Arrays.stream(present(head, 3).split(" ", -1))
                .filter(number -> !number.isEmpty())
                .map(Integer::valueOf)
                .toList();
        Key key = new Key(Key.Kind.valueOf(present(head, 1)), keyColumns, Boolean.parseBoolean(present(head, 2)));
        List<Column> columns = lines.stream().skip(1).map(ShapeText::column).toList();
        return new TableSchema(table, version, columns, key);
    }

    private static Column column(String line) {
        List<@Nullable String> fields = fields(line);
        ColumnType type = new ColumnType(
                present(fields, 1),
                present(fields, 2),
                Integer.parseInt(present(fields, 3)),
                TextForm.valueOf(present(fields, 4)));
        return new Column(
                present(fields, 0),
                type,
                Boolean.parseBoolean(present(fields, 5)),
                Boolean.parseBoolean(present(fields, 6)),
                Integer.parseInt(present(fields, 7)),
                fields.get(8));
    }

    private static String line(@Nullable String... fields) {
        return Arrays.stream(fields).map(ShapeText::escaped).collect(Collectors.joining("\t"));
    }

    private static String escaped(@Nullable String field) {
        return field == null
                ? ABSENT
                : field.replace("\\", "\\\\")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r");
    }

    private static List<@Nullable String> fields(String line) {
        List<@Nullable String> fields = new ArrayList<>();
        for (String field : line.split("\t", -1)) {
            fields.add(field.equals(ABSENT) ? null : plain(field));
        }
        return fields;
    }

    private static String plain(String field) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\') {
                i++;
                c = switch (field.charAt(i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> field.charAt(i);
                };
            }
            plain.append(c);
        }
        return plain.toString();
    }

    private static String present(List<@Nullable String> fields, int index) {
        String field = fields.get(index);
        if (field == null) {
            throw new IllegalArgumentException("a recorded shape lacks its field " + index);
        }
        return field;
    }
}
