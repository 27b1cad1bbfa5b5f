package io.syncline.engine.task;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.task.Operation;
import io.syncline.engine.route.RoutePlan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How the changes of a plan's tables are applied: what the task file says, and what the ledger knows of their load. */
record ChangeRules(RunContext context, Tenure tenure) {

    ApplyRules of(RoutePlan plan) {
        Set<TableId> notWhole = new HashSet<>();
        for (Conflict.Count count :
                tenure.ledger().conflicts(tenure.lease().task()).counts()) {
            if (count.kind() == Conflict.Kind.LOAD_FINDS_ROW) {
                notWhole.add(count.table());
            }
        }
        Map<TableId, ApplyRules.TableRules> rules = new HashMap<>();
        for (RoutePlan.Planned planned : plan.tables()) {
            TableRoute route = planned.route();
            rules.put(
                    route.source().table(),
                    new ApplyRules.TableRules(
                            context.task().conflicts(planned.operations(), route.origin() != null),
                            planned.operations().contains(Operation.INSERT),
                            notWhole.contains(route.destination().table()),
                            BadValue.policy(context.task().policies().badValues(), route, planned.operations())));
        }
        return new ApplyRules(rules);
    }
}
