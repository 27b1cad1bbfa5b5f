package io.syncline.engine.stream;

import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** What keeps rows of one shape from being read as rows of another, in words. */
final class SchemaDifference {

    private SchemaDifference() {}

    /** Empty when rows of both shapes read the same; nullability and names of constraints do not count. */
    static String between(TableSchema planned, TableSchema arriving) {
        List<String> differences = new ArrayList<>();
        if (!planned.table().equals(arriving.table())) {
            differences.add("it is called " + arriving.table() + " now");
        }
        if (planned.version() != arriving.version()) {
            differences.add("another table has its name now (version " + arriving.version() + ", planned "
                    + planned.version() + ")");
        }
        columns(planned, arriving, differences);
        if (differences.isEmpty() && !keyNames(planned).equals(keyNames(arriving))) {
            differences.add("its rows are identified by " + words(arriving) + ", planned " + words(planned));
        }
        return String.join(", ", differences);
    }

    private static void columns(TableSchema planned, TableSchema arriving, List<String> differences) {
        for (Column column : planned.columns()) {
            int index = arriving.indexOf(column.name());
            if (index < 0) {
                differences.add("column " + column.name() + " is gone");
            } else {
                Column now = arriving.columns().get(index);
                if (!now.type().name().equals(column.type().name())) {
                    differences.add(
                            "column " + column.name() + " is " + now.type().name() + " now, planned "
                                    + column.type().name());
                }
            }
        }
        for (Column column : arriving.columns()) {
            if (planned.indexOf(column.name()) < 0) {
                differences.add("column " + column.name() + " is new");
            }
        }
        if (differences.isEmpty() && !names(planned).equals(names(arriving))) {
            differences.add("its columns come in another order");
        }
    }

    private static List<String> names(TableSchema schema) {
        return schema.columns().stream().map(Column::name).toList();
    }

    private static List<String> keyNames(TableSchema schema) {
        return schema.key().columns().stream()
                .map(index -> schema.columns().get(index).name())
                .toList();
    }

    private static String words(TableSchema schema) {
        return schema.key().kind() == Key.Kind.NONE ? "no key" : String.join(", ", keyNames(schema));
    }
}
