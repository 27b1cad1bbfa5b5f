package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
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
     * out, one that is gone or has another shape stops the task.
     */
    static RoutePlan of(RoutePlan chosen, TaskMemory memory, Task task) {
        Set<TableId> suspended = suspended(memory);
        RoutePlan plan = new RoutePlan(
                chosen.tables().stream()
                        .filter(planned ->
                                !suspended.contains(planned.route().source().table()))
                        .toList(),
                List.of());
        if (memory.streams().isEmpty() && !areStale(memory)) {
            return plan;
        }
        Map<TableId, TableEntry> started = new TreeMap<>();
        memory.tables().stream()
                .filter(table -> !suspended.contains(table.source()))
                .forEach(table -> started.put(table.source(), table));
        List<RoutePlan.Planned> carried = new ArrayList<>();
        for (RoutePlan.Planned planned : plan.tables()) {
            TableEntry entry = started.remove(planned.route().source().table());
            if (entry != null) {
                PlannedShape.requireSame(entry, planned.route());
                carried.add(planned);
            }
        }
        if (!started.isEmpty()) {
            throw missing(task, started.keySet());
        }
        return new RoutePlan(carried, List.of());
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

    /** Whether some that are carried hold rows of before a gap. */
    static boolean areStale(TaskMemory memory) {
        Set<TableId> suspended = suspended(memory);
        return memory.tables().stream()
                .anyMatch(table -> table.status() == LoadStatus.STALE && !suspended.contains(table.source()));
    }
}
