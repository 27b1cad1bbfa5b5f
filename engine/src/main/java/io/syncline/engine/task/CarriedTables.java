package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Task;
import io.syncline.engine.route.PlannedShape;
import io.syncline.engine.route.RoutePlan;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Which tables of a plan a task carries. */
final class CarriedTables {

    private CarriedTables() {}

    /**
     * What this task carries of the plan. Once its streams have started, the log holds the tables that were chosen then: a table that matches since is named and left
     * out, one that is gone or has another shape stops the task. But for tables whose changes are not followed: what they are is found when they are loaded anew.
     */
    static RoutePlan of(RoutePlan chosen, TaskMemory memory, Task task) {
        Set<TableId> suspended = suspended(memory);
        RoutePlan plan = new RoutePlan(
                chosen.tables().stream()
                        .filter(planned ->
                                !suspended.contains(planned.route().source().table()))
                        .toList(),
                List.of());
        if (memory.streams().isEmpty() && !areStale(memory, task)) {
            return plan;
        }
        Map<TableId, TableEntry> started = new TreeMap<>();
        memory.tables().stream()
                .filter(table -> !suspended.contains(table.source()) && !isRefreshed(task, table.source()))
                .forEach(table -> started.put(table.source(), table));
        List<RoutePlan.Planned> carried = new ArrayList<>();
        for (RoutePlan.Planned planned : plan.tables()) {
            TableId table = planned.route().source().table();
            TableEntry entry = started.remove(table);
            if (isRefreshed(task, table) && isListed(memory, table)) {
                carried.add(planned);
            } else if (entry != null) {
                PlannedShape.requireSame(entry, planned.route());
                carried.add(planned);
            }
        }
        if (!started.isEmpty()) {
            throw missing(task, started.keySet());
        }
        return new RoutePlan(carried, List.of());
    }

    private static boolean isListed(TaskMemory memory, TableId table) {
        return memory.tables().stream().anyMatch(entry -> entry.source().equals(table));
    }

    /** Whether a table is loaded anew from time to time, and its changes are not followed. */
    static boolean isRefreshed(Task task, TableId table) {
        ObjectRule rule = task.rule(table.schema(), table.name());
        return rule != null && rule.refresh() != null;
    }

    /** Those of {@link #choice} whose changes are followed. */
    static Predicate<TableId> followed(TaskMemory memory, Task task) {
        return choice(memory).and(table -> !isRefreshed(task, table));
    }

    /** A table that the file has lost is not one that the source has lost. */
    private static SyncException missing(Task task, Set<TableId> tables) {
        Set<TableId> unchosen = new TreeSet<>(tables);
        unchosen.removeIf(table -> task.rule(table.schema(), table.name()) != null);
        return unchosen.isEmpty()
                ? new SyncException(
                        ErrorCode.SOURCE_SCHEMA_CHANGED,
                        "these tables are carried by the task, and the source has them no more: " + tables,
                        "Take them out of the task file and run `syncline apply FILE`, or suspend them with `control FILE suspend TABLE`; their rows stay.")
                : new SyncException(
                        ErrorCode.TASK_CHANGED,
                        "these tables are carried by the task, and the task file chooses them no more: " + unchosen,
                        "Run `syncline apply FILE`, with which they leave the task; or choose them again.");
    }

    /** Whether a table is not suspended: others need not be looked at, and may be gone. */
    static Predicate<TableId> choice(TaskMemory memory) {
        Set<TableId> suspended = suspended(memory);
        return table -> !suspended.contains(table);
    }

    private static Set<TableId> suspended(TaskMemory memory) {
        return memory.suspended(EnumSet.allOf(Return.class));
    }

    /** Whether some that are followed hold rows of before a gap. */
    static boolean areStale(TaskMemory memory, Task task) {
        Predicate<TableId> followed = followed(memory, task);
        return memory.tables().stream()
                .anyMatch(table -> table.status() == LoadStatus.STALE && followed.test(table.source()));
    }
}
