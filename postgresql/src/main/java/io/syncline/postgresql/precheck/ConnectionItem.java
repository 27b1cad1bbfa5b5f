package io.syncline.postgresql.precheck;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.PrecheckItem;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.OwnProcess;
import java.util.Optional;

/** Whether the server answers, lets us in, and gives each session a process of its own: the one item that fails when it does not. */
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
        if (opened.isEmpty()) {
            return failed(probe.failure().orElseThrow());
        }
        opened.get().close();
        try {
            new OwnProcess(probe.sessions()).require();
        } catch (SyncException e) {
            return failed(e);
        }
        return Finding.passed(probe.sessions().connection().address() + " answers user "
                + probe.sessions().connection().user() + ".");
    }

    private static Finding failed(SyncException failure) {
        return Finding.failed(
                String.valueOf(failure.getMessage()),
                "Without a connection of its own nothing can be read or written.",
                failure.remedy());
    }
}
