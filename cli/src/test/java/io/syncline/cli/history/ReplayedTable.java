package io.syncline.cli.history;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table's columns and rows, made by nothing but a log. */
final class ReplayedTable {

    /** As errors call it. */
    private String name;
    /** Null before the end of the statement that makes the table and its first rows. */
    private @Nullable LoggedShape shape;
    /** The rows have the columns that are told next. */
    private boolean isAhead = true;

    private Map<String, Deque<Map<String, String>>> rows = new HashMap<>();
    private BigInteger sum = BigInteger.ZERO;

    ReplayedTable(String name) {
        this.name = name;
    }

    Optional<Long> oid() {
        return Optional.ofNullable(shape).map(LoggedShape::table);
    }

    /** Equal for equal names, columns and rows, in whatever order they came. */
    BigInteger digest() {
        return sum.add(digest(shape == null ? name : shape.name() + "\0" + shape.text()));
    }

    void become(LoggedShape next) {
        LoggedShape before = shape;
        List<Map<String, String>> were = all();
        List<Map<String, String>> are = before == null || isAhead
                ? were
                : were.stream().map(row -> moved(row, before, next)).toList();
        name = next.name();
        shape = next;
        isAhead = false;
        clear();
        are.forEach(this::add);
    }

    /** The rows come anew, and then what they belong to. */
    void rewrite() {
        clear();
        isAhead = true;
    }

    void apply(LoggedChange change) {
        switch (change.kind()) {
            case INSERT -> add(change.after());
            case DELETE -> remove(change.before());
            case UPDATE -> {
                Map<String, String> old = remove(change.before().isEmpty() ? change.after() : change.before());
                Map<String, String> after = new HashMap<>(change.after());
                after.replaceAll((column, value) ->
                        value.equals(LoggedChange.UNCHANGED) ? old.getOrDefault(column, LoggedChange.NULL) : value);
                add(after);
            }
            case TRUNCATE -> clear();
        }
    }

    /** For people. */
    String show() {
        return name + " " + (shape == null ? "" : shape.text()) + ":\n"
                + all().stream()
                        .map(row -> "    " + row.toString().replaceAll("(.{100}).{20,}", "$1..."))
                        .sorted()
                        .collect(Collectors.joining("\n"));
    }

    private static Map<String, String> moved(Map<String, String> row, LoggedShape before, LoggedShape after) {
        Map<String, String> moved = new TreeMap<>();
        for (LoggedShape.Column column : after.columns()) {
            String value = before.numbered(column.number())
                    .map(was -> column.retyped(was, row.getOrDefault(was.name(), LoggedChange.NULL)))
                    .orElseGet(column::fillingLiteral);
            moved.put(column.name(), value);
        }
        return moved;
    }

    private void clear() {
        rows = new HashMap<>();
        sum = BigInteger.ZERO;
    }

    private void add(Map<String, String> columns) {
        Map<String, String> row = withoutNulls(columns);
        Deque<Map<String, String>> same = rows.computeIfAbsent(key(row), _ -> new ArrayDeque<>());
        if (!same.isEmpty() && !keyColumns().isEmpty()) {
            throw new AssertionError("the log adds a row of " + name + " that is there: " + row);
        }
        same.add(row);
        sum = sum.add(digest(row.toString()));
    }

    private Map<String, String> remove(Map<String, String> columns) {
        String key = key(withoutNulls(columns));
        Deque<Map<String, String>> same = rows.get(key);
        if (same == null || same.isEmpty()) {
            throw new AssertionError("the log changes a row of " + name + " that is not there: " + columns);
        }
        Map<String, String> row = same.removeLast();
        if (same.isEmpty()) {
            rows.remove(key);
        }
        sum = sum.subtract(digest(row.toString()));
        return row;
    }

    private List<Map<String, String>> all() {
        return rows.values().stream().flatMap(Collection::stream).collect(Collectors.toCollection(ArrayList::new));
    }

    private List<String> keyColumns() {
        return shape == null ? List.of() : shape.key();
    }

    /** A row without a key is known by all that it has. */
    private String key(Map<String, String> row) {
        Map<String, String> columns = new TreeMap<>(row);
        if (!keyColumns().isEmpty()) {
            columns.keySet().retainAll(keyColumns());
        }
        return columns.toString();
    }

    private static Map<String, String> withoutNulls(Map<String, String> columns) {
        Map<String, String> row = new TreeMap<>(columns);
        row.values().removeIf(LoggedChange.NULL::equals);
        return row;
    }

    private static BigInteger digest(String text) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            return new BigInteger(1, md5.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
