package io.syncline.cli.history;

import io.syncline.api.port.CrashMarks.Mark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is written, and how it is carried.
 *
 * @param before the task starts
 * @param during its load, or whatever it does by then
 * @param after it has begun to stream
 * @param batchRows how many changes make a batch
 * @param batchDelay in milliseconds
 * @param kills where the task's runs die, one after another
 */
record History(
        List<HistoryTable> tables,
        List<HistoryStep> before,
        List<HistoryStep> during,
        List<HistoryStep> after,
        int batchRows,
        int batchDelay,
        List<Kill> kills) {

    /** A run dies when it comes to a mark for the n-th time, counted from 1. */
    record Kill(Mark mark, int n) {}

    Map<String, List<String>> keys() {
        Map<String, List<String>> keys = new HashMap<>();
        tables.forEach(table -> keys.put(table.name(), table.keyColumns()));
        return keys;
    }

    /** The whole of it as a script, for whoever has to look into a failure. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        tables.forEach(table -> lines.add(table.create("s")));
        lines.add("-- before the run");
        add(before, lines);
        lines.add("-- run with batchRows " + batchRows + ", batchDelay " + batchDelay + "ms, dies at " + kills);
        add(during, lines);
        lines.add("-- once it streams");
        add(after, lines);
        return lines.stream().collect(Collectors.joining("\n"));
    }

    private void add(List<HistoryStep> steps, List<String> lines) {
        steps.forEach(step -> lines.add("/* " + step.session() + " */ " + step.sql("s", tables)));
    }
}
