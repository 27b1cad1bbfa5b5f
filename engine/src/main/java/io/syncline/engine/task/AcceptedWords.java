package io.syncline.engine.task;

import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Policies;
import io.syncline.api.task.Retry;
import io.syncline.api.task.Task;
import io.syncline.engine.route.RoutePlan;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a task document says, in words that tell two documents apart: by the document's keys, the same in every process, without ends and secrets. As text a line for each key,
 * {@code key words}, in which backslashes and line ends are escaped.
 */
record AcceptedWords(SortedMap<String, String> byKey) {

    static final String STAGES = "stages";
    static final String EXISTING_TABLES = "existingTables";
    static final String MERGE = "merge";
    static final String PARTITIONS = "partitions";
    static final String REFRESH = "refresh";
    /** How often, which may be edited at any time. */
    static final String REFRESH_EVERY = "refresh.every";

    static final String COLUMNS = "columns";
    static final String RENAME = "rename";
    static final String FILTER = "filter";
    static final String COMPUTE = "compute";
    static final String START_FROM = "startFrom";
    static final String OPERATIONS = "operations";
    static final String CAPITALIZATION = "capitalization";
    static final String RETRY = "retry";

    private static final String FOLLOWED = "followed";

    /** Other tasks read these; the second form is that of programs for which nobody read them. */
    private static final Pattern WINDOWS =
            Pattern.compile("connection (\\S+), other (\\S+)|Retry\\[connection=(\\S+), other=(\\S+)]");

    /** Of the task as a whole. */
    static AcceptedWords of(Task task) {
        SortedMap<String, String> words = new TreeMap<>();
        Policies policies = task.policies();
        words.put(STAGES, list(task.stages()));
        words.put(EXISTING_TABLES, policies.existingTables().name());
        words.put(START_FROM, task.startFrom().toString());
        words.put(CAPITALIZATION, task.capitalization().name());
        words.put("conflicts", String.valueOf(policies.conflicts()));
        words.put("onTableError", policies.tableErrors().name());
        words.put("onBadValue", policies.badValues().name());
        words.put("ddl", ddl(task.ddl()));
        words.put("carry", list(task.carry().kinds()) + " " + task.carry().accounts());
        words.put("searchPath", task.searchPath());
        words.put("tuning", task.tuning().toString());
        words.put(RETRY, windows(task.retry()));
        words.put("throttle", task.throttle().toString());
        words.put("holdBack", task.holdBack().toString());
        words.put("sourceLog", task.sourceLog().toString());
        return new AcceptedWords(words);
    }

    /** Of one table. Whether it has partitions counts, since only then it matters what is said of them. */
    static AcceptedWords of(RoutePlan.Planned planned) {
        SortedMap<String, String> words =
                new TreeMap<>(of(planned.rule(), planned.operations()).byKey());
        if (planned.info().partitioned()) {
            words.put(PARTITIONS, planned.partitions().name());
        }
        return new AcceptedWords(words);
    }

    /** Of one table, whose catalog is not asked. */
    static AcceptedWords of(ObjectRule rule, Set<Operation> operations) {
        SortedMap<String, String> words = new TreeMap<>();
        words.put(COLUMNS, names(rule.columns()));
        words.put(RENAME, pairs(rule.renamed()));
        words.put(FILTER, rule.filter() == null ? "" : rule.filter().text());
        words.put(COMPUTE, pairs(rule.computed()));
        words.put(MERGE, rule.merge() == null ? "" : rule.merge().name());
        words.put(OPERATIONS, list(operations));
        words.put(REFRESH, rule.refresh() == null ? FOLLOWED : "whole");
        words.put(REFRESH_EVERY, rule.refresh() == null ? "" : rule.refresh().toString());
        return new AcceptedWords(words);
    }

    /** What {@link #text} wrote; no words when another program wrote it. */
    static AcceptedWords read(String text) {
        SortedMap<String, String> words = new TreeMap<>();
        text.lines().forEach(line -> {
            int end = line.indexOf(' ');
            if (end > 0) {
                words.put(line.substring(0, end), line.substring(end + 1).translateEscapes());
            }
        });
        if (words.containsKey(COLUMNS)) {
            // Older programs followed every table.
            words.putIfAbsent(REFRESH, FOLLOWED);
        }
        AcceptedWords read = new AcceptedWords(words);
        // The same windows in an older form are no edit.
        read.retry().ifPresent(retry -> words.put(RETRY, windows(retry)));
        return read;
    }

    /** How long the task tries again; empty when another program wrote it. */
    Optional<Retry> retry() {
        Matcher windows = WINDOWS.matcher(byKey.getOrDefault(RETRY, ""));
        if (!windows.matches()) {
            return Optional.empty();
        }
        int first = windows.group(1) == null ? 3 : 1;
        try {
            return Optional.of(
                    new Retry(Duration.parse(windows.group(first)), Duration.parse(windows.group(first + 1))));
        } catch (DateTimeParseException e) {
            // As any other text that is not ours: not known.
            return Optional.empty();
        }
    }

    /** The same, with how often that says. */
    AcceptedWords every(AcceptedWords now) {
        SortedMap<String, String> words = new TreeMap<>(byKey);
        words.put(REFRESH_EVERY, now.byKey.getOrDefault(REFRESH_EVERY, ""));
        return new AcceptedWords(words);
    }

    String text() {
        return byKey.entrySet().stream()
                .map(entry -> entry.getKey() + " "
                        + entry.getValue()
                                .replace("\\", "\\\\")
                                .replace("\n", "\\n")
                                .replace("\r", "\\r"))
                .collect(Collectors.joining("\n"));
    }

    /** The keys of which both say something, and not the same. */
    Set<String> changes(AcceptedWords now) {
        Set<String> changes = new TreeSet<>(byKey.keySet());
        changes.removeIf(key -> {
            String words = now.byKey.get(key);
            return words == null || words.equals(byKey.get(key));
        });
        return changes;
    }

    private static String windows(Retry retry) {
        return "connection " + retry.connection() + ", other " + retry.other();
    }

    private static String ddl(DdlPolicy ddl) {
        return "apply " + list(ddl.applied()) + ", ignore " + list(ddl.ignored());
    }

    private static <T extends Enum<T>> String list(Collection<T> values) {
        return new TreeSet<>(values).toString();
    }

    private static String names(Collection<String> names) {
        return names.stream().map(AcceptedWords::quoted).collect(Collectors.joining(", "));
    }

    private static String pairs(Map<String, ?> pairs) {
        return new TreeMap<>(pairs)
                .entrySet().stream()
                        .map(entry -> quoted(entry.getKey()) + " = " + quoted(String.valueOf(entry.getValue())))
                        .collect(Collectors.joining(", "));
    }

    /** No name is mistaken for two. */
    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
