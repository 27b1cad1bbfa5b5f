package io.syncline.engine.stream;

import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table of the model. Its destination has the columns in the opposite order, under another schema.
 *
 * @param keys for each key column the values that occur; those that are equal as values stand in one list
 * @param full true for REPLICA IDENTITY FULL
 * @param toasted the column whose value is not sent when it does not change; -1 for none
 */
record ModelTable(TableRoute route, List<List<List<String>>> keys, boolean full, int toasted) {

    static final ModelTable PLAIN =
            table("plain", 11, List.of(TextForm.UNIQUE), List.of(each("1", "2", "3", "4", "5")), false, false, 2);
    static final ModelTable NUMBERED = table(
            "numbered",
            12,
            List.of(TextForm.NUMERIC, TextForm.BLANK_PADDED),
            List.of(
                    List.of(
                            List.of("0", "0.00"),
                            List.of("1", "1.0", "1.00"),
                            List.of("10", "10.0"),
                            List.of("-2.5", "-2.50")),
                    List.of(List.of("a", "a  "), List.of("b", "b "))),
            false,
            false,
            3);
    static final ModelTable KEYLESS = table("keyless", 13, List.of(), List.of(), false, true, -1);
    static final ModelTable SHIFTING =
            table("shifting", 14, List.of(TextForm.UNIQUE), List.of(each("1", "2", "3", "4", "5")), true, true, 2);
    static final ModelTable CASELESS = table(
            "caseless",
            15,
            List.of(TextForm.OPAQUE),
            List.of(List.of(List.of("a", "A"), List.of("b", "B"), List.of("c"))),
            false,
            false,
            2);

    static final List<ModelTable> ALL = List.of(PLAIN, NUMBERED, KEYLESS, SHIFTING, CASELESS);

    TableId id() {
        return route.source().table();
    }

    TableId target() {
        return route.destination().table();
    }

    boolean isKeyed() {
        return route.source().key().exists();
    }

    boolean isDeferrable() {
        return route.source().key().deferrable();
    }

    int keyColumns() {
        return keys.size();
    }

    int columns() {
        return route.source().columns().size();
    }

    /** The key by value, of a row in source columns. */
    List<String> key(@Nullable String[] row) {
        List<String> key = new ArrayList<>();
        for (int i = 0; i < keyColumns(); i++) {
            String text = row[i];
            if (text == null) {
                throw new AssertionError("NULL in a key");
            }
            key.add(value(route.source().columns().get(i).type().textForm(), text));
        }
        return key;
    }

    /** The row as the destination stores it. */
    @Nullable
    String[] project(@Nullable String[] row) {
        @Nullable String[] projected = new @Nullable String[row.length];
        for (int i = 0; i < row.length; i++) {
            projected[i] = row[route.sourceColumn(i)];
        }
        return projected;
    }

    private static String value(TextForm form, String text) {
        return switch (form) {
            case NUMERIC -> new BigDecimal(text).stripTrailingZeros().toPlainString();
            case BLANK_PADDED -> text.stripTrailing();
            case OPAQUE -> text.toLowerCase(Locale.ROOT);
            case UNIQUE, FLOAT -> text;
        };
    }

    private static List<List<String>> each(String... values) {
        return List.of(values).stream().map(List::of).toList();
    }

    private static ModelTable table(
            String name,
            long version,
            List<TextForm> keyForms,
            List<List<List<String>>> keys,
            boolean deferrable,
            boolean full,
            int toasted) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < keyForms.size(); i++) {
            columns.add(column("k" + i, keyForms.get(i)));
        }
        columns.add(column("a", TextForm.UNIQUE));
        columns.add(column("doc", TextForm.UNIQUE));
        Key key = keyForms.isEmpty()
                ? Key.NONE
                : new Key(
                        Key.Kind.PRIMARY,
                        IntStream.range(0, keyForms.size()).boxed().toList(),
                        deferrable);
        TableSchema source = new TableSchema(new TableId("src", "public", name), version, columns, key);

        List<Column> reversed = new ArrayList<>(columns);
        Collections.reverse(reversed);
        int last = columns.size() - 1;
        Key reversedKey = keyForms.isEmpty()
                ? Key.NONE
                : new Key(
                        Key.Kind.PRIMARY,
                        key.columns().stream().map(i -> last - i).toList(),
                        deferrable);
        TableSchema destination = new TableSchema(new TableId("dst", "copy", name), 0, reversed, reversedKey);
        List<Integer> fedBy =
                IntStream.rangeClosed(0, last).mapToObj(i -> last - i).toList();
        return new ModelTable(new TableRoute(source, destination, fedBy), keys, full, toasted);
    }

    private static Column column(String name, TextForm form) {
        return new Column(name, new ColumnType(form.name(), form.name(), 0, form), true, false);
    }
}
