package io.syncline.cli.output;

import io.syncline.api.apply.Conflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conflicts for people and for programs. Their keys are shown, since nothing else says which rows to look at. */
record ConflictsText(Conflict.Report conflicts) {

    /** A line for each table and kind, then the last conflicts; empty when there were none. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Conflict.Count count : conflicts.counts()) {
            lines.add(Amounts.count(count.conflicts()) + " in " + count.table() + ": " + words(count.kind()) + ", "
                    + words(count.outcome()));
        }
        for (Conflict conflict : conflicts.last()) {
            lines.add(conflict.notedAt() + " " + conflict.table() + " " + key(conflict.key()) + ": "
                    + words(conflict.kind()) + ", " + words(conflict.outcome())
                    + (conflict.removed().isEmpty() ? "" : " " + key(conflict.removed())));
        }
        return lines;
    }

    Map<String, @Nullable Object> fields() {
        return new Fields()
                .put("total", conflicts.total())
                .put(
                        "counts",
                        conflicts.counts().stream()
                                .map(count -> new Fields()
                                        .put("table", count.table().toString())
                                        .put("kind", word(count.kind()))
                                        .put("outcome", word(count.outcome()))
                                        .put("conflicts", count.conflicts())
                                        .map())
                                .toList())
                .put(
                        "last",
                        conflicts.last().stream()
                                .map(conflict -> new Fields()
                                        .put("at", conflict.notedAt().toString())
                                        .put("table", conflict.table().toString())
                                        .put("kind", word(conflict.kind()))
                                        .put("outcome", word(conflict.outcome()))
                                        .put("key", conflict.key())
                                        .put("removed", conflict.removed())
                                        .map())
                                .toList())
                .map();
    }

    private static String key(List<String> key) {
        return "(" + String.join(", ", key) + ")";
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String words(Conflict.Kind kind) {
        return switch (kind) {
            case LOAD_FINDS_ROW -> "a row that was to be loaded found another in its place";
            case INSERT_FINDS_KEY -> "an insert found its key";
            case UNIQUE_VALUE_TAKEN -> "another row had a unique value";
            case UPDATE_FINDS_NONE -> "an update found no row";
            case DELETE_FINDS_NONE -> "a delete found no row";
        };
    }

    private static String words(Conflict.Outcome outcome) {
        return switch (outcome) {
            case WRITTEN -> "the source's row was written";
            case OTHER_REMOVED -> "the other row was deleted";
            case READ_AGAIN -> "the row is read again";
            case LEFT -> "the destination was left as it is";
        };
    }
}
