package io.syncline.cli.history;

import io.syncline.cli.history.LoggedChange.Kind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The rows of a schema's tables, made by nothing but a log. */
final class Replay {

    private final String schema;
    /** The key's columns by table; none where a row is known by all that it has. */
    private final Map<String, List<String>> keys;

    private final Map<String, Map<String, Deque<Map<String, String>>>> rows = new TreeMap<>();
    private BigInteger sum = BigInteger.ZERO;

    Replay(String schema, Map<String, List<String>> keys) {
        this.schema = schema;
        this.keys = keys;
    }

    /** Says whether the transaction changes any of the tables. */
    boolean apply(List<LoggedChange> transaction) {
        boolean touched = false;
        for (LoggedChange change : transaction) {
            for (LoggedChange.Table table : change.tables()) {
                if (table.schema().equals(schema)) {
                    apply(table.name(), change);
                    touched = true;
                }
            }
        }
        return touched;
    }

    /** Equal for equal rows in all tables, in whatever order they came. */
    BigInteger state() {
        return sum;
    }

    /** All rows, for people. */
    String show() {
        return rows.entrySet().stream()
                .filter(table -> !table.getValue().isEmpty())
                .map(table -> table.getKey() + ":\n"
                        + table.getValue().values().stream()
                                .flatMap(Collection::stream)
                                .map(row -> "    " + text(row).replaceAll("(.{100}).{20,}", "$1..."))
                                .sorted()
                                .collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n"));
    }

    private void apply(String table, LoggedChange change) {
        switch (change.kind()) {
            case INSERT -> add(table, change.after());
            case DELETE -> remove(table, change.before());
            case UPDATE -> {
                Map<String, String> old = remove(table, change.before().isEmpty() ? change.after() : change.before());
                Map<String, String> after = new HashMap<>(change.after());
                after.replaceAll((column, value) ->
                        value.equals(LoggedChange.UNCHANGED) ? old.getOrDefault(column, LoggedChange.NULL) : value);
                add(table, after);
            }
            case TRUNCATE -> {
                rowsOf(table).values().forEach(same -> same.forEach(row -> sum = sum.subtract(digest(table, row))));
                rowsOf(table).clear();
            }
        }
    }

    private void add(String table, Map<String, String> columns) {
        Map<String, String> row = new TreeMap<>(columns);
        row.values().removeIf(LoggedChange.NULL::equals);
        Deque<Map<String, String>> same = rowsOf(table).computeIfAbsent(key(table, row), _ -> new ArrayDeque<>());
        if (!same.isEmpty() && !keys.getOrDefault(table, List.of()).isEmpty()) {
            throw new AssertionError(Kind.INSERT + " of a row of " + table + " that is there: " + row);
        }
        same.add(row);
        sum = sum.add(digest(table, row));
    }

    private Map<String, String> remove(String table, Map<String, String> columns) {
        Deque<Map<String, String>> same = rowsOf(table).get(key(table, columns));
        if (same == null || same.isEmpty()) {
            throw new AssertionError("the log changes a row of " + table + " that is not there: " + columns);
        }
        Map<String, String> row = same.removeLast();
        if (same.isEmpty()) {
            rowsOf(table).remove(key(table, columns));
        }
        sum = sum.subtract(digest(table, row));
        return row;
    }

    private Map<String, Deque<Map<String, String>>> rowsOf(String table) {
        return rows.computeIfAbsent(table, _ -> new HashMap<>());
    }

    private String key(String table, Map<String, String> row) {
        List<String> key = keys.getOrDefault(table, List.of());
        Map<String, String> columns = new TreeMap<>(row);
        columns.values().removeIf(LoggedChange.NULL::equals);
        if (!key.isEmpty()) {
            columns.keySet().retainAll(key);
        }
        return text(columns);
    }

    private static String text(Map<String, String> row) {
        return new TreeMap<>(row).toString();
    }

    private static BigInteger digest(String table, Map<String, String> row) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            return new BigInteger(1, md5.digest((table + "\0" + text(row)).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
