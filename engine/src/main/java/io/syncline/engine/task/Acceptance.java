package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Whether the task file says what was accepted of it; edits that touch no row are accepted by starting with them (docs/design/edits.md). */
record Acceptance(RunContext context, Tenure tenure) {

    /**
     * By the rules alone, before anything is planned with them: the destination may lack what an edited one needs.
     *
     * @throws SyncException TASK_CHANGED when rows that are there would stay as the file said before
     */
    void requireRules(TaskMemory memory) {
        if (memory.streams().isEmpty()) {
            return;
        }
        Set<String> ofTask = AcceptedWords.read(memory.task().accepted()).changes(AcceptedWords.of(context.task()));
        ofTask.retainAll(EditPlanner.FIXED);
        if (!ofTask.isEmpty()) {
            throw changed(String.join(", ", ofTask) + " of the task file was edited");
        }
        RoutePlanner planner = new RoutePlanner(context.task(), tenure.task().id(), "");
        Predicate<TableId> carried = CarriedTables.choice(memory);
        accepted().forEach((table, words) -> {
            if (carried.test(table)) {
                planner.ruleFor(table)
                        .ifPresent(rule -> requireSame(
                                table,
                                words,
                                AcceptedWords.of(rule, context.task().policies().operations(rule, table.schema()))));
            }
        });
    }

    /**
     * For an attempt that has not begun to write.
     *
     * @param plan what is carried
     * @throws SyncException TASK_CHANGED when rows that are there would stay as the file said before
     */
    void require(RoutePlan plan, TaskMemory memory) {
        Map<TableId, String> accepted = accepted();
        if (!memory.streams().isEmpty()) {
            requireTables(plan, memory, accepted);
        }
        Map<TableId, String> now = words(plan.tables());
        now.entrySet().removeIf(words -> words.getValue().equals(accepted.get(words.getKey())));
        String task = AcceptedWords.of(context.task()).text();
        if (!now.isEmpty() || !task.equals(memory.task().accepted())) {
            tenure.ledger().accept(tenure.lease(), task, now);
        }
    }

    private static void requireTables(RoutePlan plan, TaskMemory memory, Map<TableId, String> accepted) {
        Map<TableId, TableEntry> entries =
                memory.tables().stream().collect(Collectors.toMap(TableEntry::source, Function.identity()));
        for (RoutePlan.Planned planned : plan.tables()) {
            TableId table = planned.route().source().table();
            TableEntry entry = entries.get(table);
            if (entry != null && !EditPlanner.isSameName(entry, planned)) {
                throw changed("`to` was edited for " + table + ": it would go to "
                        + planned.route().destination().table() + ", and its rows are in " + entry.destination());
            }
            requireSame(table, accepted.getOrDefault(table, ""), AcceptedWords.of(planned));
        }
    }

    private static void requireSame(TableId table, String accepted, AcceptedWords now) {
        Set<String> changes = new TreeSet<>(AcceptedWords.read(accepted).changes(now));
        changes.remove(AcceptedWords.OPERATIONS);
        if (!changes.isEmpty()) {
            throw changed(String.join(", ", changes) + " was edited for " + table);
        }
    }

    /** Tables that are loaded with what the file says now. */
    void accept(Collection<RoutePlan.Planned> loaded) {
        tenure.ledger().accept(tenure.lease(), AcceptedWords.of(context.task()).text(), words(loaded));
    }

    private Map<TableId, String> accepted() {
        return tenure.ledger().accepted(tenure.task().id());
    }

    private static Map<TableId, String> words(Collection<RoutePlan.Planned> tables) {
        Map<TableId, String> words = new HashMap<>();
        tables.forEach(planned -> words.put(
                planned.route().source().table(), AcceptedWords.of(planned).text()));
        return words;
    }

    private static SyncException changed(String what) {
        return new SyncException(
                ErrorCode.TASK_CHANGED,
                what + " after the task had started; rows that are there already would stay as they are",
                "Run `syncline apply FILE`, which says what becomes of the tables; or undo the edit.");
    }
}
