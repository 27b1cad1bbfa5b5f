package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.ObjectRule;
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
        if (memory.task().identity() == null) {
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
     * For an attempt that has not begun to write; what the file says of them now is accepted.
     *
     * @param plan what is carried
     * @throws SyncException as {@link #requireTables}
     */
    void require(RoutePlan plan, TaskMemory memory) {
        requireTables(plan, memory);
        Map<TableId, String> accepted = accepted();
        Map<TableId, String> now = words(plan.tables());
        now.entrySet().removeIf(words -> words.getValue().equals(accepted.get(words.getKey())));
        String task = AcceptedWords.of(context.task()).text();
        if (!now.isEmpty() || !task.equals(memory.task().accepted())) {
            tenure.ledger().accept(tenure.lease(), task, now);
        }
    }

    /**
     * @param plan what is carried
     * @throws SyncException TASK_CHANGED when rows that are there would stay as the file said before, or be looked for in another table
     */
    void requireTables(RoutePlan plan, TaskMemory memory) {
        if (memory.task().identity() == null) {
            return;
        }
        Map<TableId, String> accepted = accepted();
        requirePlaces(plan, memory);
        for (RoutePlan.Planned planned : plan.tables()) {
            TableId table = planned.route().source().table();
            requireSame(table, accepted.getOrDefault(table, ""), AcceptedWords.of(planned));
        }
    }

    /**
     * Of tables that are loaded anew, where only their place must be the same.
     *
     * @throws SyncException TASK_CHANGED when their rows would be emptied out of another table than they are in
     */
    void requirePlaces(RoutePlan plan, TaskMemory memory) {
        Map<TableId, TableEntry> entries =
                memory.tables().stream().collect(Collectors.toMap(TableEntry::source, Function.identity()));
        Map<TableId, String> accepted = accepted();
        for (RoutePlan.Planned planned : plan.tables()) {
            TableId table = planned.route().source().table();
            TableEntry entry = entries.get(table);
            if (entry == null) {
                continue;
            }
            if (!EditPlanner.isSameName(entry, planned)) {
                throw changed("`to` was edited for " + table + ": it would go to "
                        + planned.route().destination().table() + ", and its rows are in " + entry.destination());
            }
            Set<String> fixed = changes(accepted.getOrDefault(table, ""), planned);
            fixed.retainAll(EditPlanner.FIXED_OF_TABLE);
            if (!fixed.isEmpty()) {
                throw changed(String.join(", ", fixed) + " was edited for " + table);
            }
        }
    }

    /** Whether all of the tables are loaded as the file says now. */
    boolean isAccepted(RoutePlan plan) {
        Map<TableId, String> accepted = accepted();
        return plan.tables().stream().allMatch(planned -> {
            Set<String> changes =
                    changes(accepted.getOrDefault(planned.route().source().table(), ""), planned);
            changes.removeAll(EditPlanner.HARMLESS);
            return changes.isEmpty();
        });
    }

    private static Set<String> changes(String accepted, RoutePlan.Planned now) {
        return new TreeSet<>(AcceptedWords.read(accepted).changes(AcceptedWords.of(now)));
    }

    private static void requireSame(TableId table, String accepted, AcceptedWords now) {
        Set<String> changes = new TreeSet<>(AcceptedWords.read(accepted).changes(now));
        changes.removeAll(EditPlanner.HARMLESS);
        if (!changes.isEmpty()) {
            throw changed(String.join(", ", changes) + " was edited for " + table);
        }
    }

    /** How often tables are loaded anew holds from now on, without their being loaded for it. */
    void acceptIntervals() {
        Map<TableId, String> edited = new HashMap<>();
        accepted().forEach((table, words) -> {
            ObjectRule rule = context.task().rule(table.schema(), table.name());
            if (rule != null) {
                AcceptedWords was = AcceptedWords.read(words);
                AcceptedWords now = was.every(AcceptedWords.of(rule, Set.of()));
                if (was.changes(now).contains(AcceptedWords.REFRESH_EVERY)) {
                    edited.put(table, now.text());
                }
            }
        });
        if (!edited.isEmpty()) {
            tenure.ledger()
                    .accept(tenure.lease(), AcceptedWords.of(context.task()).text(), edited);
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
