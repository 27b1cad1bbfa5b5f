package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.precheck.ActingObjects.Acting;
import java.util.List;

/** Whether something at the destination would act on the rows that we write (T2). */
record DestinationTriggerChecks(ActingObjects objects, PrecheckScope scope) {

    Finding look(CatalogSession session) {
        List<TableId> targets = scope.routes().stream()
                .map(route -> route.destination().table())
                .toList();
        List<Acting> firing = objects.on(session, targets);
        if (firing.isEmpty()) {
            return Finding.passed("Nothing at the destination acts on the rows that are written.");
        }
        return Finding.failed(
                ActingObjects.names(firing) + ".",
                "They would act on rows that are applied: rows would be changed, cascade away or be written twice.",
                ActingObjects.remedies(firing));
    }
}
