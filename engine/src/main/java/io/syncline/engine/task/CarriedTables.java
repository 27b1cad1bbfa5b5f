package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.engine.route.PlannedShape;
import io.syncline.engine.route.RoutePlan;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Which tables of a plan a task carries. */
final class CarriedTables {

    private CarriedTables() {}

    /**
     * What this task carries of the plan. Once its streams have started, the log holds the tables that were chosen then: a table that matches since is named and left
     * out, one that is gone or has another shape stops the task.
     */
    static RoutePlan of(RoutePlan chosen, TaskMemory memory) {
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
            throw new SyncException(
                    ErrorCode.SOURCE_SCHEMA_CHANGED,
                    "these tables are carried by the task, and the source has them no more, or they are chosen no more: "
                            + started.keySet().stream().map(TableId::toString).toList(),
                    "Choose them again, or clean the task and start it anew.");
        }
        return new RoutePlan(carried, List.of());
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
