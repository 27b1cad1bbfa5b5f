package io.syncline.cli.output;

import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Upkeep;
import io.syncline.engine.task.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A task's ledger entries, for people and for programs.
 *
 * @param environment what the task is run for, as its file says it; empty: not said
 */
public record StatusReport(TaskStatus status, String environment) {

    private static final int SHOWN = 20;

    /** A few lines, a word and its value each. */
    public List<String> text() {
        Ledger.TaskEntry task = status.memory().task();
        List<String> lines = new ArrayList<>();
        lines.add(row(
                "task",
                task.task().name() + " (id " + task.task().id() + (environment.isEmpty() ? "" : ", " + environment)
                        + ")"));
        lines.add(row("state", status.state() + (task.detail().isEmpty() ? "" : ": " + task.detail())));
        lines.add(row("run", run(task)));
        lines.add(row("source", task.sourceAddress()));
        lines.add(row("retry", new RetryText(status.retry()).line()));
        lines.add(row(
                "full",
                (tables(LoadStatus.LOADED) + tables(LoadStatus.KEYED)) + " of "
                        + status.memory().tables().size() + " tables, " + Amounts.count(rows()) + " rows, "
                        + Amounts.bytes(bytes())));
        merged().forEach((target, sources) -> lines.add(row("merged", sources + " tables into " + target)));
        for (Ledger.StreamEntry stream : status.memory().streams()) {
            lines.add(row("stream", stream.stream() + " at " + stream.position().text() + phase(stream)));
        }
        if (!status.memory().refetches().isEmpty()) {
            lines.add(row(
                    "to read again", Amounts.count(status.memory().refetches().size()) + " rows"));
        }
        for (Ledger.SuspendedEntry table : status.memory().suspended()) {
            lines.add(row(
                    "suspended",
                    table.source() + " since " + table.at() + from(table) + returns(table) + ": " + table.cause()));
        }
        status.refreshed().entrySet().stream()
                .limit(SHOWN)
                .forEach(table -> lines.add(row("refreshed", table.getKey() + " as of " + table.getValue())));
        if (status.refreshed().size() > SHOWN) {
            lines.add(row("", Amounts.count(status.refreshed().size() - SHOWN) + " more, which the JSON form lists"));
        }
        for (CommandLog.Entry skip : status.skips()) {
            lines.add(row("skip", SkipText.line(skip)));
        }
        boolean first = true;
        for (String line : new ConflictsText(status.conflicts()).lines()) {
            lines.add(row(first ? "conflicts" : "", line));
            first = false;
        }
        first = true;
        for (String line : new BadValuesText(status.badValues()).lines()) {
            lines.add(row(first ? "bad values" : "", line));
            first = false;
        }
        status.crowded().stream().limit(SHOWN).forEach(rows -> lines.add(row("dead rows", deadRows(rows))));
        if (status.crowded().size() > SHOWN) {
            lines.add(row("", Amounts.count(status.crowded().size() - SHOWN) + " more, which the JSON form lists"));
        }
        List<Ledger.NotMade> notMade = status.notMade();
        notMade.stream()
                .limit(SHOWN)
                .forEach(object -> lines.add(row("not made", object.what() + ": " + object.why())));
        if (notMade.size() > SHOWN) {
            lines.add(row("", Amounts.count(notMade.size() - SHOWN) + " more, which the JSON form lists"));
        }
        return lines;
    }

    /** One event. */
    public Map<String, @Nullable Object> fields() {
        Ledger.TaskEntry task = status.memory().task();
        List<Map<String, @Nullable Object>> streams = new ArrayList<>();
        for (Ledger.StreamEntry stream : status.memory().streams()) {
            streams.add(new Fields()
                    .put("stream", stream.stream().name())
                    .put("position", stream.position().text())
                    .put(
                            "catchUpTo",
                            stream.catchUpTo() == null
                                    ? null
                                    : stream.catchUpTo().text())
                    .put(
                            "synchronizedFrom",
                            stream.synchronizedFrom() == null
                                    ? null
                                    : stream.synchronizedFrom().text())
                    .map());
        }
        return Fields.event("status")
                .put("name", task.task().name())
                .put("id", task.task().id())
                .put("environment", environment.isEmpty() ? null : environment)
                .put("state", status.state().name())
                .put("detail", task.detail())
                .put("running", status.running())
                .put("owner", task.owner())
                .put("source", task.sourceAddress())
                .put("retry", new RetryText(status.retry()).fields())
                .put("tables", byStatus())
                .put("merged", merged())
                .put("rows", rows())
                .put("bytes", bytes())
                .put("streams", streams)
                .put("refetches", status.memory().refetches().size())
                .put(
                        "suspended",
                        status.memory().suspended().stream()
                                .map(StatusReport::suspended)
                                .toList())
                .put(
                        "refreshed",
                        status.refreshed().entrySet().stream()
                                .map(table -> new Fields()
                                        .put("table", table.getKey().toString())
                                        .put("asOf", table.getValue().toString())
                                        .map())
                                .toList())
                .put("skips", status.skips().stream().map(SkipText::fields).toList())
                .put("conflicts", new ConflictsText(status.conflicts()).fields())
                .put("badValues", new BadValuesText(status.badValues()).fields())
                .put(
                        "deadRows",
                        status.crowded().stream()
                                .map(rows -> new Fields()
                                        .put("table", rows.table().toString())
                                        .put("dead", rows.dead())
                                        .put("live", rows.live())
                                        .put("remedy", rows.remedy())
                                        .map())
                                .toList())
                .put(
                        "notMade",
                        status.notMade().stream()
                                .map(object -> new Fields()
                                        .put("what", object.what())
                                        .put("why", object.why())
                                        .map())
                                .toList())
                .map();
    }

    private static String deadRows(Upkeep.DeadRows rows) {
        return Amounts.count(rows.dead()) + " beside " + Amounts.count(rows.live()) + " live ones in " + rows.table()
                + ": when it is quiet, " + rows.remedy();
    }

    private static Map<String, @Nullable Object> suspended(Ledger.SuspendedEntry table) {
        return new Fields()
                .put("table", table.source().toString())
                .put("at", table.at().toString())
                .put("from", from(table).strip())
                .put("returns", table.returns().name().toLowerCase(Locale.ROOT))
                .put("cause", table.cause())
                .map();
    }

    private static String returns(Ledger.SuspendedEntry table) {
        return switch (table.returns()) {
            case NOT_ASKED -> "";
            case ASKED -> ", is to be loaded anew";
            case JOINING -> ", is being loaded anew";
            case LEAVING -> ", leaves the task";
        };
    }

    private static String from(Ledger.SuspendedEntry table) {
        StringBuilder from = new StringBuilder();
        table.from()
                .byStream()
                .forEach((stream, position) ->
                        from.append(' ').append(stream).append(" at ").append(position.text()));
        return from.toString();
    }

    private String run(Ledger.TaskEntry task) {
        Duration silence = task.silence();
        if (silence == null) {
            return "none";
        }
        return (status.running() ? "by " : "none; the last one, by ") + task.owner()
                + (status.running() ? "" : ", ended without a word") + ", seen "
                + Amounts.time(silence) + " ago";
    }

    private static String phase(Ledger.StreamEntry stream) {
        if (stream.catchUpTo() != null) {
            return ", catching up to " + stream.catchUpTo().text();
        }
        return stream.synchronizedFrom() == null
                ? ""
                : ", synchronized from " + stream.synchronizedFrom().text();
    }

    /** How many tables go to one destination table, where it is not one. */
    private SortedMap<String, Integer> merged() {
        SortedMap<String, Integer> merged = new TreeMap<>();
        status.memory()
                .tables()
                .forEach(table -> merged.merge(table.destination().toString(), 1, Integer::sum));
        merged.values().removeIf(sources -> sources == 1);
        return merged;
    }

    private Map<String, Long> byStatus() {
        Map<String, Long> tables = new LinkedHashMap<>();
        for (LoadStatus load : LoadStatus.values()) {
            tables.put(load.name().toLowerCase(Locale.ROOT), tables(load));
        }
        return tables;
    }

    private long tables(LoadStatus load) {
        return status.memory().tables().stream()
                .filter(table -> table.status() == load)
                .count();
    }

    private long rows() {
        return done(Ledger.ChunkDone::rows);
    }

    private long bytes() {
        return done(Ledger.ChunkDone::bytes);
    }

    private long done(java.util.function.ToLongFunction<Ledger.ChunkDone> amount) {
        long sum = 0;
        for (Ledger.TableEntry table : status.memory().tables()) {
            for (Ledger.ChunkEntry chunk : table.chunks()) {
                Ledger.ChunkDone done = chunk.done();
                sum += done == null ? 0 : amount.applyAsLong(done);
            }
        }
        return sum;
    }

    private static String row(String word, String value) {
        return String.format(Locale.ROOT, "%-14s%s", word, value);
    }
}
