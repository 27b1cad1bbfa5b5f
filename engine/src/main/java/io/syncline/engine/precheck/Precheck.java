package io.syncline.engine.precheck;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.PrecheckItem;
import java.util.List;

/** Looks at every item; an item that cannot look has failed, it is never left out (I4). */
public final class Precheck {

    public PrecheckReport run(List<PrecheckItem> items) {
        return new PrecheckReport(items.stream()
                .map(item -> new PrecheckReport.Line(item.id(), item.title(), finding(item)))
                .toList());
    }

    private static PrecheckItem.Finding finding(PrecheckItem item) {
        try {
            return item.check();
        } catch (SyncException e) {
            return PrecheckItem.Finding.failed(
                    "It could not be checked: " + e.getMessage(),
                    "What is not known may stop the task later.",
                    e.remedy());
        }
    }
}
