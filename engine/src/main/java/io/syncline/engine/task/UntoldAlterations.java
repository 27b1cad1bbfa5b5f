package io.syncline.engine.task;

import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.engine.route.PlannedShape;
import io.syncline.engine.route.RecordedCatalog;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.stream.Alterations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Where the log does not tell what becomes of tables, the catalog shows that some are not what they were, but not from which place of the log on, nor what values their
 * rows got (T10): they are loaded anew, as they are now.
 */
record UntoldAlterations(RunContext context, Link link, Tenure tenure) {

    /**
     * Notes the tables of a synchronized task that have another name or shape at the source than in the ledger.
     *
     * @return what the ledger says then
     * @throws io.syncline.api.error.SyncException SOURCE_SCHEMA_CHANGED when the task cannot, or must not, load one of them anew
     */
    TaskMemory noted(TaskMemory memory) {
        if (!Attempt.isSynchronized(memory) || !areFollowed()) {
            return memory;
        }
        Map<TableSchema, TableSchema> altered = altered(memory);
        if (altered.isEmpty()) {
            return memory;
        }
        RoutePlan recorded = planner()
                .started(
                        new RecordedCatalog(link.source().catalog(), memory.tables()),
                        link.destination().catalog(),
                        CarriedTables.followed(memory, context.task()));
        Alterations alterations = new TableAlterations(context, link, tenure).of(recorded);
        for (TableRoute route : recorded.routes()) {
            TableSchema now = altered.get(route.source());
            if (now != null) {
                alterations.of(route, new Altered(route.source(), now, Map.of(), true, ""));
                tenure.ledger().outdated(tenure.lease(), now.table().database(), now.version());
            }
        }
        return tenure.memory(link.source()::position);
    }

    /** Whether shapes that nobody told of are followed by loading tables anew. */
    boolean areFollowed() {
        ChangeLog log = link.source().changeLog(tenure.task());
        return context.task().ddl().appliesAny() && log.hasExactSnapshots() && !log.tellsAlterations();
    }

    private RoutePlanner planner() {
        return new RoutePlanner(
                context.task(), tenure.task().id(), link.destination().database());
    }

    /** By what the ledger has, what the source has. Tables that are to be loaded anew already, and suspended ones, are left out. */
    private Map<TableSchema, TableSchema> altered(TaskMemory memory) {
        Set<TableId> suspended = new HashSet<>();
        memory.suspended().forEach(entry -> suspended.add(entry.source()));
        Map<Long, TableSchema> recorded = new HashMap<>();
        for (TableEntry entry : memory.tables()) {
            if (entry.status() == LoadStatus.KEYED
                    && !suspended.contains(entry.source())
                    && !CarriedTables.isRefreshed(context.task(), entry.source())) {
                PlannedShape.read(entry).ifPresent(shape -> recorded.put(shape.version(), shape));
            }
        }
        RoutePlanner planner = planner();
        Map<TableSchema, TableSchema> altered = new HashMap<>();
        for (TableInfo info : link.source().catalog().tables(planner::chooses)) {
            TableSchema now = info.schema();
            TableSchema was = recorded.get(now.version());
            if (was != null && !PlannedShape.isSame(was, now)) {
                altered.put(was, now);
            }
        }
        return altered;
    }
}
