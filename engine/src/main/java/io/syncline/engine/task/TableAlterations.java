package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Stage;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.stream.Alterations;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What becomes of a task's tables that the source alters. */
record TableAlterations(RunContext context, Link link, Tenure tenure) {

    /** A table that holds nothing but its source's rows can be emptied and loaded anew. */
    private static final Set<Operation> ALL_ROWS = EnumSet.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE);

    Alterations of(RoutePlan plan) {
        RoutePlanner planner = new RoutePlanner(
                context.task(), tenure.task().id(), link.destination().database());
        Set<TableId> loadable = loadable(plan);
        return new Alterations(
                context.task().ddl(),
                planner::way,
                table -> loadable.contains(table) && Attempt.isSynchronized(tenure.memory(link.source()::position)));
    }

    private Set<TableId> loadable(RoutePlan plan) {
        if (!context.task().runs(Stage.FULL) || context.task().policies().existingTables() == ExistingTables.IGNORE) {
            return Set.of();
        }
        return plan.tables().stream()
                .filter(planned -> planned.operations().containsAll(ALL_ROWS))
                .map(planned -> planned.route().source().table())
                .collect(Collectors.toSet());
    }
}
