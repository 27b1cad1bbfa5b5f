package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.Optional;
import java.util.function.Function;

/**
 * An item that asks one server.
 *
 * @param look in a session of its own
 */
record ProbeItem(Probe probe, String id, String title, Function<CatalogSession, Finding> look) implements PrecheckItem {

    @Override
    public Finding check() {
        Optional<CatalogSession> opened = probe.session();
        if (opened.isEmpty()) {
            return Finding.warning(
                    "not checked",
                    "The " + probe.sessions().side().word() + " could not be asked.",
                    "Mend the connection first, then run the precheck again.");
        }
        try (CatalogSession session = opened.get()) {
            return look.apply(session);
        }
    }
}
