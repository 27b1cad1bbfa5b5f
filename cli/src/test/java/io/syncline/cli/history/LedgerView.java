package io.syncline.cli.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the destination's ledger says of one task, read from nothing but the destination's log. */
final class LedgerView {

    private static final String SCHEMA = "syncline";
    private static final List<String> SOURCE = List.of("source_database", "source_schema", "source_table");
    private static final String STREAM = "'slot'";

    private final String name;
    private final Map<List<String>, Map<String, String>> tables = new HashMap<>();
    /** Their causes. */
    private final Map<List<String>, String> suspended = new HashMap<>();

    private @Nullable String task;
    private @Nullable String position;
    private boolean streams;

    /** @param name of the task */
    LedgerView(String name) {
        this.name = name;
    }

    void apply(List<LogLine> transaction) {
        for (LogLine line : transaction) {
            if (line instanceof LoggedChange change
                    && change.tables().getFirst().schema().equals(SCHEMA)) {
                apply(change.tables().getFirst().name(), change);
            }
        }
    }

    /** Once it said so, it does ever after. */
    boolean streams() {
        return streams;
    }

    /** All tables of the task: the destination's names by the source's oids. */
    Map<Long, String> planned() {
        Map<Long, String> planned = new HashMap<>();
        tables.values().forEach(row -> planned.put(oid(row), name(row)));
        return planned;
    }

    /** Those that are loaded, are not suspended, and hold nothing that the stream has not reached: likewise. */
    Map<Long, String> level() {
        Map<Long, String> level = new HashMap<>();
        tables.forEach((source, row) -> {
            if ("'KEYED'".equals(row.get("status")) && !suspended.containsKey(source) && isReached(row)) {
                level.put(oid(row), name(row));
            }
        });
        return level;
    }

    @Override
    public String toString() {
        return "level %s of %s, suspended %s".formatted(level(), planned(), suspended);
    }

    private void apply(String table, LoggedChange change) {
        if (table.equals("task") && ("'" + name + "'").equals(change.after().get("name"))) {
            task = change.after().get("id");
            streams |= "'SYNCHRONIZING'".equals(change.after().get("state"));
        }
        if (before(change).getOrDefault("task", "").equals(task)) {
            applyPart(table, change);
        }
    }

    private void applyPart(String table, LoggedChange change) {
        switch (table) {
            case "stream" -> {
                if (STREAM.equals(change.after().get("stream"))) {
                    position = change.after().get("position");
                }
            }
            case "table_load" -> {
                tables.remove(source(before(change)));
                if (!change.after().isEmpty()) {
                    tables.put(source(change.after()), change.after());
                }
            }
            case "suspended" -> {
                suspended.remove(source(before(change)));
                if (!change.after().isEmpty()) {
                    suspended.put(source(change.after()), change.after().getOrDefault("cause", ""));
                }
            }
            default -> {}
        }
    }

    private static Map<String, String> before(LoggedChange change) {
        return change.before().isEmpty() ? change.after() : change.before();
    }

    private static List<String> source(Map<String, String> row) {
        return SOURCE.stream().map(column -> row.getOrDefault(column, "")).toList();
    }

    private static long oid(Map<String, String> row) {
        return Long.parseLong(row.getOrDefault("source_version", ""));
    }

    private static String name(Map<String, String> row) {
        return unquoted(row.getOrDefault("table_name", ""));
    }

    private boolean isReached(Map<String, String> row) {
        String from = row.getOrDefault("exact_from", LoggedChange.NULL);
        if (from.equals(LoggedChange.NULL)) {
            return true;
        }
        String exact = from.replaceAll("^'\\{slot,|\\}'$", "");
        return position != null && Long.compareUnsigned(lsn(unquoted(position)), lsn(exact)) >= 0;
    }

    /** @param text {@code 1A/2B3C4D5E} */
    private static long lsn(String text) {
        int slash = text.indexOf('/');
        return Long.parseLong(text.substring(0, slash), 16) << 32 | Long.parseLong(text.substring(slash + 1), 16);
    }

    private static String unquoted(String literal) {
        return literal.substring(1, literal.length() - 1);
    }
}
