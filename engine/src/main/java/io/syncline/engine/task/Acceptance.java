package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.engine.route.RoutePlan;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether the task file says what was accepted of it; edits that touch no row are accepted by starting with them (docs/design/edits.md). */
record Acceptance(RunContext context, Tenure tenure) {

    /**
     * For an attempt that has not begun to write.
     *
     * @param plan what is carried
     * @throws SyncException TASK_CHANGED when rows that are there would stay as the file said before
     */
    void require(RoutePlan plan, TaskMemory memory) {
        Map<TableId, String> accepted = tenure.ledger().accepted(tenure.task().id());
        if (!memory.streams().isEmpty()) {
            Set<String> changes =
                    AcceptedWords.read(memory.task().accepted()).changes(AcceptedWords.of(context.task()));
            changes.retainAll(EditPlanner.FIXED);
            if (!changes.isEmpty()) {
                throw changed("the task file's " + String.join(", ", changes) + " edited");
            }
            requireTables(plan, memory, accepted);
        }
        Map<TableId, String> now = new HashMap<>();
        plan.tables().forEach(planned -> {
            String words = AcceptedWords.of(planned).text();
            TableId table = planned.route().source().table();
            if (!words.equals(accepted.get(table))) {
                now.put(table, words);
            }
        });
        String task = AcceptedWords.of(context.task()).text();
        if (!now.isEmpty() || !task.equals(memory.task().accepted())) {
            tenure.ledger().accept(tenure.lease(), task, now);
        }
    }

    private static void requireTables(RoutePlan plan, TaskMemory memory, Map<TableId, String> accepted) {
        Map<TableId, TableEntry> entries =
                memory.tables().stream().collect(Collectors.toMap(TableEntry::source, entry -> entry));
        for (RoutePlan.Planned planned : plan.tables()) {
            TableId table = planned.route().source().table();
            TableEntry entry = entries.get(table);
            if (entry != null && !EditPlanner.isSameName(entry, planned)) {
                throw changed("the table " + table + " would go to "
                        + planned.route().destination().table() + ", and its rows are in " + entry.destination());
            }
            Set<String> changes = new TreeSet<>(
                    AcceptedWords.read(accepted.getOrDefault(table, "")).changes(AcceptedWords.of(planned)));
            changes.remove(AcceptedWords.OPERATIONS);
            if (!changes.isEmpty()) {
                throw changed("what the task file says of " + table + " (" + String.join(", ", changes) + ")");
            }
        }
    }

    /** Tables that are loaded with what the file says now. */
    void accept(Collection<RoutePlan.Planned> loaded) {
        Map<TableId, String> words = new HashMap<>();
        loaded.forEach(planned -> words.put(
                planned.route().source().table(), AcceptedWords.of(planned).text()));
        tenure.ledger().accept(tenure.lease(), AcceptedWords.of(context.task()).text(), words);
    }

    private static SyncException changed(String what) {
        return new SyncException(
                ErrorCode.TASK_CHANGED,
                what + " was edited after the task had started; rows that are there already would stay as they are",
                "Run `syncline apply FILE`, which says what becomes of the tables; or undo the edit.");
    }
}
