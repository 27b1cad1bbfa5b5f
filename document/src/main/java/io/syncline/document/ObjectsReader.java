package io.syncline.document;

import io.syncline.api.task.ComputedColumn;
import io.syncline.api.task.Merge;
import io.syncline.api.task.NamePart;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.ObjectTarget;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Partitions;
import io.syncline.api.task.Placement;
import io.syncline.api.task.Placement.Storage;
import io.syncline.api.task.Placement.TableType;
import io.syncline.api.task.SqlExpression;
import java.time.Duration;
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

    /** Begins the patterns of what is not chosen. */
    private static final String EXCEPT = "!";

    private final Review review;
    private final Map<PatternKey, Cursor> seen = new HashMap<>();

    ObjectsReader(Review review) {
        this.review = review;
    }

    /** @param except what the rules' patterns with wildcards do not choose */
    record Objects(List<ObjectRule> rules, List<ObjectPattern> except) {}

    Objects read(Cursor objects) {
        List<ObjectRule> rules = new ArrayList<>();
        List<ObjectPattern> except = new ArrayList<>();
        for (Cursor entry : objects.entries()) {
            String text = entry.text().orElse("");
            if (text.startsWith(EXCEPT)) {
                pattern(entry, text.substring(EXCEPT.length())).ifPresent(except::add);
            } else {
                Optional<ObjectRule> rule =
                        text.isEmpty() ? rule(entry) : pattern(entry).map(ObjectRule::of);
                rule.ifPresent(rules::add);
            }
        }
        return new Objects(rules, except);
    }

    private Optional<ObjectRule> rule(Cursor entry) {
        Optional<ObjectPattern> pattern = pattern(entry.key("table"));
        Cursor to = entry.key("to");
        Optional<ObjectTarget> target = target(to);
        Merge merge = PoliciesReader.word(entry.key("merge"), Merge.class);
        if (target.isPresent() && pattern.isPresent()) {
            requirePlaces(to, pattern.get(), target.get(), merge != null);
        }
        List<String> columns = columns(entry.key("columns"));
        Map<String, String> renamed = renamed(entry.key("rename"), columns);
        ShapingReader shaping = new ShapingReader(review);
        SqlExpression filter = shaping.filter(entry.key("filter"));
        Map<String, ComputedColumn> computed = shaping.computed(entry.key("compute"), renamed);
        Set<Operation> operations = PoliciesReader.operations(entry.key("operations"));
        Partitions partitions = partitions(entry.key("partitions"));
        Duration refresh = new RefreshReader(review).read(entry);
        Placement placement = placement(entry);
        return pattern.map(tables -> new ObjectRule(
                tables,
                target.orElse(null),
                columns,
                renamed,
                filter,
                computed,
                operations,
                partitions,
                merge,
                refresh,
                placement));
    }

    private void requirePlaces(Cursor to, ObjectPattern pattern, ObjectTarget target, boolean merged) {
        requirePlaces(
                to, pattern, target.schema(), pattern.isExactInSchema(), pattern.hasStarInSchema(), "schema", merged);
        requirePlaces(to, pattern, target.table(), pattern.isExactInTable(), pattern.hasStarInTable(), "table", merged);
    }

    private void requirePlaces(
            Cursor to,
            ObjectPattern pattern,
            NamePart part,
            boolean exact,
            boolean oneStar,
            String what,
            boolean merged) {
        if (part.hasStar() && !exact && !oneStar) {
            review.wrong(
                    to,
                    "has a * in its " + what + ", which stands for what one * in the " + what + " of table: "
                            + pattern.text() + " stands for; there must be one, or no wildcard at all");
        } else if (!part.hasStar() && !exact && !merged) {
            review.wrong(
                    to,
                    "names one " + what + ", but table: " + pattern.text()
                            + " may stand for several; put a * where their names shall stand, or to make one table of them, say merge");
        }
    }

    private Optional<ObjectPattern> pattern(Cursor value) {
        return value.text().flatMap(text -> pattern(value, text));
    }

    private Optional<ObjectPattern> pattern(Cursor value, String text) {
        try {
            ObjectPattern pattern = Names.pattern(text);
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

    private Optional<ObjectTarget> target(Cursor value) {
        try {
            Optional<String> text = value.text();
            return text.isEmpty() ? Optional.empty() : Optional.of(Names.target(text.get()));
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

    private Placement placement(Cursor entry) {
        Cursor distributedBy = entry.key("distributedBy");
        TableType type = PoliciesReader.word(entry.key("tableType"), TableType.class);
        if (distributedBy.exists() && type != null && type != TableType.HASH) {
            review.wrong(distributedBy, "is for tables with tableType: hash, whose rows lie where these columns say");
        }
        return new Placement(
                columns(entry.key("primaryKey")),
                columns(distributedBy),
                type,
                PoliciesReader.word(entry.key("storage"), Storage.class));
    }

    private static Partitions partitions(Cursor partitions) {
        Partitions choice = PoliciesReader.word(partitions, Partitions.class);
        return choice == null ? Partitions.KEEP : choice;
    }
}
