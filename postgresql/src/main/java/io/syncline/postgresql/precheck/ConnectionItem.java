package io.syncline.postgresql.precheck;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.PrecheckItem;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.Optional;

/** Whether the server answers and lets us in: the one item that fails when it does not. */
record ConnectionItem(Probe probe) implements PrecheckItem {

    @Override
    public String id() {
        return probe.sessions().side().word() + "-connection";
    }

    @Override
    public String title() {
        return "Connection to the " + probe.sessions().side().word();
    }

    @Override
    public Finding check() {
        Optional<CatalogSession> opened = probe.session();
        if (opened.isPresent()) {
            opened.get().close();
            return Finding.passed(probe.sessions().connection().address() + " answers user "
                    + probe.sessions().connection().user() + ".");
        }
        SyncException failure = probe.failure().orElseThrow();
        return Finding.failed(
                String.valueOf(failure.getMessage()),
                "Without a connection nothing can be read or written.",
                failure.remedy());
    }
}
