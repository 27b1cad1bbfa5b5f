package io.syncline.document;

import io.syncline.api.task.ComputedColumn;
import io.syncline.api.task.Merge;
import io.syncline.api.task.ObjectName;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Partitions;
import io.syncline.api.task.SqlExpression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code objects}. */
final class ObjectsReader {

    private record PatternKey(String schema, boolean exactSchema, String table, boolean exactTable) {
        static PatternKey of(ObjectPattern pattern) {
            return new PatternKey(
                    pattern.schema(),
                    isExact(pattern.schema(), pattern.schemaQuoted()),
                    pattern.table(),
                    isExact(pattern.table(), pattern.tableQuoted()));
        }

        private static boolean isExact(String part, boolean quoted) {
            return quoted || (part.indexOf('*') < 0 && part.indexOf('?') < 0);
        }
    }

    private final Review review;
    private final Map<PatternKey, Cursor> seen = new HashMap<>();

    ObjectsReader(Review review) {
        this.review = review;
    }

    List<ObjectRule> read(Cursor objects) {
        List<ObjectRule> rules = new ArrayList<>();
        for (Cursor entry : objects.entries()) {
            Optional<ObjectRule> rule =
                    entry.text().isPresent() ? pattern(entry).map(ObjectRule::of) : rule(entry);
            rule.ifPresent(rules::add);
        }
        return rules;
    }

    private Optional<ObjectRule> rule(Cursor entry) {
        Optional<ObjectPattern> pattern = pattern(entry.key("table"));
        Cursor to = entry.key("to");
        Optional<ObjectName> name = name(to);
        Merge merge = PoliciesReader.word(entry.key("merge"), Merge.class);
        if (name.isPresent() && pattern.isPresent() && !pattern.get().isExact() && merge == null) {
            review.wrong(
                    to,
                    "is the name of one table, but table: " + pattern.get().text()
                            + " may stand for several; to make one of them, say merge");
        }
        List<String> columns = columns(entry.key("columns"));
        Map<String, String> renamed = renamed(entry.key("rename"), columns);
        ShapingReader shaping = new ShapingReader(review);
        SqlExpression filter = shaping.filter(entry.key("filter"));
        Map<String, ComputedColumn> computed = shaping.computed(entry.key("compute"), renamed);
        Set<Operation> operations = PoliciesReader.operations(entry.key("operations"));
        Partitions partitions = partitions(entry.key("partitions"));
        return pattern.map(tables -> new ObjectRule(
                tables, name.orElse(null), columns, renamed, filter, computed, operations, partitions, merge));
    }

    private Optional<ObjectPattern> pattern(Cursor value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            ObjectPattern pattern = Names.pattern(text.get());
            Cursor first = seen.putIfAbsent(PatternKey.of(pattern), value);
            if (first != null) {
                review.wrong(value, pattern.text() + " is listed before, in line " + review.line(first));
            }
            return Optional.of(pattern);
        } catch (Names.Malformed e) {
            review.wrong(value, e.why());
            return Optional.empty();
        }
    }

    private Optional<ObjectName> name(Cursor value) {
        try {
            Optional<String> text = value.text();
            return text.isEmpty() ? Optional.empty() : Optional.of(Names.name(text.get()));
        } catch (Names.Malformed e) {
            review.wrong(value, e.why());
            return Optional.empty();
        }
    }

    private static List<String> columns(Cursor columns) {
        return columns.entries().stream()
                .map(Cursor::text)
                .flatMap(Optional::stream)
                .toList();
    }

    private Map<String, String> renamed(Cursor rename, List<String> columns) {
        Map<String, String> renamed = new LinkedHashMap<>();
        Map<String, String> sources = new HashMap<>();
        for (Cursor value : rename.values()) {
            String column = value.name();
            String name = value.text().orElse("");
            if (!columns.isEmpty() && !columns.contains(column)) {
                review.wrongKey(value, "is not among the chosen columns: " + String.join(", ", columns));
            }
            String other = sources.putIfAbsent(name, column);
            if (other != null) {
                review.wrong(value, "is the new name of the column " + Quoted.of(other) + " too");
            }
            renamed.put(column, name);
        }
        return renamed;
    }

    private static Partitions partitions(Cursor partitions) {
        Partitions choice = PoliciesReader.word(partitions, Partitions.class);
        return choice == null ? Partitions.KEEP : choice;
    }
}
