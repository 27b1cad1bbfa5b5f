package io.syncline.postgresql.stream.testdecoding;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.postgresql.stream.message.DataHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A catalog of a test's tables, and messages as a walsender sends them. */
final class Printed implements PrintedTables {

    private final Map<String, PrintedTable> now = new HashMap<>();
    private final Map<String, PrintedTable> later = new HashMap<>();

    /**
     * A table of the task.
     *
     * @param name as it is printed
     * @param key indexes of the key's columns; null for none
     * @param columns {@code name[type]} as they are printed, names without quotes; in front of a NOT NULL one a {@code !}
     */
    static PrintedTable table(String name, long oid, @Nullable Integer key, String... columns) {
        List<Column> shape = new ArrayList<>();
        for (String column : columns) {
            int bracket = column.contains("\"") ? column.indexOf("\"[") + 1 : column.indexOf('[');
            String type = column.substring(bracket + 1, column.length() - 1);
            boolean required = column.startsWith("!");
            shape.add(new Column(
                    column.substring(required ? 1 : 0, bracket),
                    new ColumnType(type, type, oid(type), TextForm.OPAQUE),
                    !required,
                    false));
        }
        TableSchema schema = new TableSchema(
                new TableId("d", "public", name),
                oid,
                shape,
                key == null ? Key.NONE : new Key(Key.Kind.PRIMARY, List.of(key), false));
        List<PrintedColumn> printed = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            printed.add(new PrintedColumn(schema, i, " " + columns[i].replaceFirst("^!", "") + ":"));
        }
        return new PrintedTable(name, schema, printed);
    }

    private static int oid(String type) {
        return switch (type) {
            case "integer" -> 23;
            case "numeric" -> 1700;
            case "double precision" -> 701;
            case "boolean" -> 16;
            case "bit" -> 1560;
            default -> 25;
        };
    }

    Printed with(PrintedTable table) {
        now.put(table.name(), table);
        return this;
    }

    /** What is found when the catalog is read again. */
    Printed altered(PrintedTable table) {
        later.put(table.name(), table);
        return this;
    }

    @Override
    public @Nullable PrintedTable find(String name) {
        return now.get(name);
    }

    @Override
    public @Nullable PrintedTable find(long oid) {
        return now.values().stream()
                .filter(table -> table.schema().version() == oid)
                .findFirst()
                .orElse(null);
    }

    @Override
    public PrintedTable again(PrintedTable table) {
        PrintedTable read = later.getOrDefault(table.name(), table);
        if (!now.containsKey(table.name())) {
            throw new SyncException(ErrorCode.SOURCE_SCHEMA_CHANGED, "gone", "none");
        }
        now.put(table.name(), read);
        return read;
    }

    /** A message with its header. */
    static byte[] frame(long place, String text) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(DataHeader.LENGTH + message.length)
                .put((byte) 'w')
                .putLong(place)
                .putLong(place)
                .putLong(1_000_000)
                .put(message)
                .array();
    }
}
