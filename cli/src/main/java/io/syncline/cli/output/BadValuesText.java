package io.syncline.cli.output;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.BadValue.Count;
import io.syncline.api.apply.BadValue.Outcome;
import io.syncline.api.apply.BadValue.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that the destination refused, for people and for programs. The keys of their rows are shown, since nothing else says which rows to look at. */
record BadValuesText(BadValue.Report badValues) {

    /** A line for each table that has rows in quarantine, for each table and class of value, then the last bad values; empty when there were none. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (BadValue.Quarantined table : badValues.quarantined()) {
            lines.add(Amounts.count(table.rows()) + " rows of " + table.source() + " are in quarantine");
        }
        for (Count count : badValues.counts()) {
            lines.add(Amounts.count(count.values()) + " in " + count.table() + ": " + words(count.what()) + ", "
                    + words(count.outcome()));
        }
        for (BadValue value : badValues.last()) {
            lines.add(value.notedAt() + " " + value.table() + " (" + String.join(", ", value.key()) + "), "
                    + word(value.kind()) + ": " + words(value.what()) + ", " + words(value.outcome()));
        }
        return lines;
    }

    Map<String, @Nullable Object> fields() {
        return new Fields()
                .put("total", badValues.total())
                .put(
                        "quarantined",
                        badValues.quarantined().stream()
                                .map(table -> new Fields()
                                        .put("table", table.source().toString())
                                        .put("rows", table.rows())
                                        .map())
                                .toList())
                .put(
                        "counts",
                        badValues.counts().stream()
                                .map(count -> of(count.table().toString(), count.what(), count.outcome())
                                        .put("values", count.values())
                                        .map())
                                .toList())
                .put(
                        "last",
                        badValues.last().stream()
                                .map(value -> of(value.table().toString(), value.what(), value.outcome())
                                        .put("kind", word(value.kind()))
                                        .put("key", value.key())
                                        .put("at", value.notedAt().toString())
                                        .map())
                                .toList())
                .map();
    }

    private static Fields of(String table, Refused what, Outcome outcome) {
        return new Fields()
                .put("table", table)
                .put("column", what.column())
                .put("constraint", what.constraint())
                .put("sqlState", what.state())
                .put("outcome", word(outcome));
    }

    private static String words(Refused what) {
        return (what.column().isEmpty() ? "the row" : "column " + what.column()) + " was refused ("
                + (what.constraint().isEmpty() ? "" : "constraint " + what.constraint() + ", ") + "SQLSTATE "
                + what.state() + ")";
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case SET_NULL -> "NULL was written";
            case QUARANTINED -> "the row was quarantined";
        };
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
