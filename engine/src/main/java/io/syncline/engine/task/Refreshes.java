package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.Stage;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.run.Watch;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tables of a task that are loaded anew as a whole, again and again, while the streams of the others go on: their changes are in no log, or nobody wants to follow them
 * (docs/design/refresh.md). What goes wrong with such a table suspends it, with the cause, and harms no other.
 */
record Refreshes(RunContext context, Link link, Tenure tenure) {

    /** The log need not hold tables that an edit of the task file has taken out of it; what was changed of them for it is put back. Before the streams are opened. */
    void letGo(TaskMemory memory) {
        Set<TableId> idle = memory.suspended(EnumSet.of(Return.NOT_ASKED, Return.ASKED));
        List<Long> versions = memory.tables().stream()
                .filter(table -> idle.contains(table.source()) && isOurs(table.source()))
                .map(TableEntry::sourceVersion)
                .toList();
        if (!versions.isEmpty()
                && context.task().runs(Stage.INCREMENTAL)
                && !memory.streams().isEmpty()) {
            link.source()
                    .changeLog(tenure.task())
                    .giveUp(versions)
                    .forEach(left -> context.notice("Left at the source: " + left));
        }
    }

    /** Those that the source has and the task file chooses; nothing is looked up where it chooses none. */
    Set<TableId> chosen() {
        if (context.task().objects().stream().allMatch(rule -> rule.refresh() == null)) {
            return Set.of();
        }
        return link.source().catalog().tables(this::isOurs).stream()
                .map(TableInfo::schema)
                .map(schema -> schema.table())
                .collect(Collectors.toSet());
    }

    /**
     * Follows the streams of the others, with refreshes whenever they are due.
     *
     * @param carried the plan of the others, where the task stands
     */
    Ended follow(Streaming streaming, TableObjects objects, Supplier<RoutePlan> carried) throws InterruptedException {
        while (true) {
            RoutePlan plan = carried.get();
            Refreshing refreshing =
                    new Refreshing(context, link, tenure, new LoadAside(context, link, tenure, objects, plan), due());
            Watch watch = new Watch();
            try {
                return streaming.follow(plan, refreshing::isAtRest, watch.over(List.of(refreshing)));
            } catch (SyncException e) {
                TableId table = refreshing.table();
                if (table == null || !watch.saw(e) || !e.isLasting()) {
                    throw e;
                }
                giveUp(table, e);
            }
        }
    }

    /** What the ledger says of the tables, where they are to be loaded anew. */
    private Map<TableId, RefreshTimes.Known> due() {
        TaskMemory memory = tenure.memory(link.source()::position);
        Set<TableId> asked = memory.suspended(EnumSet.of(Return.ASKED));
        Set<TableId> suspended = new HashSet<>(memory.suspended(EnumSet.allOf(Return.class)));
        suspended.removeAll(asked);
        Map<TableId, RefreshTimes.Known> known = new HashMap<>();
        asked.stream().filter(this::isOurs).forEach(table -> known.put(table, new RefreshTimes.Asked()));
        var readAt = tenure.ledger().refreshed(tenure.task().id());
        for (TableEntry entry : memory.tables()) {
            TableId table = entry.source();
            if (!isOurs(table) || suspended.contains(table) || asked.contains(table)) {
                continue;
            }
            if (entry.status() == LoadStatus.LOADED) {
                // The run died behind the rows; the table had its key before.
                tenure.ledger().status(tenure.lease(), table, LoadStatus.KEYED);
            }
            boolean whole = entry.status() == LoadStatus.LOADED || entry.status() == LoadStatus.KEYED;
            var moment = readAt.get(table);
            known.put(table, whole && moment != null ? new RefreshTimes.Read(moment) : new RefreshTimes.Broken());
        }
        return known;
    }

    private boolean isOurs(TableId table) {
        return CarriedTables.isRefreshed(context.task(), table);
    }

    private void giveUp(TableId table, SyncException failure) {
        String cause = "it could not be loaded anew: " + failure.code() + ": " + failure.getMessage();
        tenure.ledger().suspend(tenure.lease(), table, cause);
        context.notice("Suspended: " + table + ": " + cause + " " + failure.remedy()
                + " It holds the rows of its last refresh; control resync refreshes it again.");
    }
}
