package io.syncline.postgresql.stream;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Column;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Change events as lines of text, without what differs from run to run. */
final class EventText {

    private static final int LONG = 40;

    private EventText() {}

    static String of(ChangeEvent event) {
        return switch (event) {
            case ChangeEvent.Begin _ -> "begin";
            case ChangeEvent.Insert(TableSchema table, Row after) ->
                "insert " + table.table().name() + row(table, after);
            case ChangeEvent.Update update ->
                "update " + update.table().table().name()
                        + (update.before() == null ? "" : row(update.table(), update.before()) + " ->")
                        + row(update.table(), update.after());
            case ChangeEvent.Delete(TableSchema table, Row before) ->
                "delete " + table.table().name() + row(table, before);
            case ChangeEvent.Truncate truncate ->
                "truncate "
                        + truncate.tables().stream()
                                .map(table -> table.table().name())
                                .sorted()
                                .collect(Collectors.joining(" "))
                        + truncate.parts().stream()
                                .map(part -> part.table().table().name() + ":"
                                        + part.name().name())
                                .sorted()
                                .collect(Collectors.joining(" "))
                        + (truncate.cascade() ? " cascade" : "")
                        + (truncate.restartIdentity() ? " restart" : "");
            case ChangeEvent.Altered(TableSchema before, TableSchema after, var _, boolean rewritten, String unknown) ->
                "altered " + shape(before) + " -> " + shape(after) + (rewritten ? ", rewritten" : "")
                        + (unknown.isEmpty() ? "" : ": " + unknown);
            case ChangeEvent.Moved(var table, String how) ->
                "moved " + table.table().name() + ": " + how;
            case ChangeEvent.Untold(var table, String how) ->
                "untold " + table.table().name() + ": " + how;
            case ChangeEvent.Part _ -> "part";
            case ChangeEvent.Dropped(var table) -> "dropped " + table.table().name();
            case ChangeEvent.Named(var table, long _) -> "named " + table.name();
            case ChangeEvent.SchemaChange(TableSchema before, TableSchema after) ->
                "change " + shape(before) + " -> " + shape(after);
            case ChangeEvent.Commit _ -> "commit";
            case ChangeEvent.Idle _ -> "idle";
        };
    }

    static String shape(TableSchema table) {
        return table.table().name()
                + table.columns().stream()
                        .map(column -> column.name() + " " + column.type().name())
                        .collect(Collectors.joining(", ", "(", ")"))
                + " key"
                + table.key().columns().stream()
                        .map(index -> table.columns().get(index).name())
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String row(TableSchema table, Row row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.columns(); i++) {
            Column column = table.columns().get(i);
            String name = column.name();
            switch (row.state(i)) {
                case VALUE -> values.add(name + "=" + value(row.text(i)));
                case NULL -> values.add(name + "=NULL");
                case UNCHANGED -> values.add(name + "=UNCHANGED");
                case ABSENT -> {
                    // shown by its absence
                }
            }
        }
        return " [" + String.join(" ", values) + "]";
    }

    private static String value(String text) {
        return text.length() <= LONG ? text.replace("\n", "\\n") : text.charAt(0) + "*" + text.length();
    }
}
