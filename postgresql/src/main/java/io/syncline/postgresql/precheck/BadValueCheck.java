package io.syncline.postgresql.precheck;

import io.syncline.api.apply.BadValue;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Task;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.List;

/** Tables that stop at a bad value although the task file asks for something else. */
final class BadValueCheck {

    private final PrecheckScope scope;

    BadValueCheck(PrecheckScope scope) {
        this.scope = scope;
    }

    /** @param session not needed: what is known of the routes says it */
    Finding look(CatalogSession session) {
        List<String> stopping = scope.routes().stream()
                .filter(route -> policy(route) == BadValues.STOP)
                .map(route -> route.source().table().toString())
                .sorted()
                .toList();
        return stopping.isEmpty()
                ? Finding.passed("Every table has a key by which a row with a bad value is found again.")
                : Finding.warning(
                        Listing.count(stopping.size(), "table")
                                + " without a key, with a deferrable one, with a filter or computed columns, or to be quarantined without INSERT among the operations: "
                                + Listing.names(stopping) + ".",
                        "A value of theirs that the destination refuses stops the task, whatever onBadValue says.",
                        "Give the table a primary key that is not deferrable, carry INSERT, or mask the column with compute.");
    }

    private BadValues policy(TableRoute route) {
        Task task = scope.task();
        TableId table = route.source().table();
        ObjectRule rule = task.rule(table.schema(), table.name());
        return rule == null
                ? BadValues.STOP
                : BadValue.policy(
                        task.policies().badValues(), route, task.policies().operations(rule, table.schema()));
    }
}
