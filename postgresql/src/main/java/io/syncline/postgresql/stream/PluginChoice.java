package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CatalogReader;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.PublishingRight;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Through which plugin a log is read. At the start: pgoutput when the task file names a publication, or the role may make one of all tables; test_decoding elsewhere,
 * and before 10. Later what the slot has: it remembers the choice.
 */
final class PluginChoice {

    private final Sessions sessions;
    private final CatalogReader catalog;
    private final @Nullable String publication;
    private final Plugins plugins;
    private final ControlSession control;

    /**
     * Those that need nothing named.
     *
     * @param publishing with a publication of the task's own
     */
    record Plugins(OutputPlugin publishing, OutputPlugin printing) {}

    /** @param publication that the task file names, or null */
    PluginChoice(
            Sessions sessions,
            CatalogReader catalog,
            @Nullable String publication,
            Plugins plugins,
            ControlSession control) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.publication = publication;
        this.plugins = plugins;
        this.control = control;
    }

    /** For a slot that is to be made. */
    OutputPlugin forTables(Collection<TableId> tables) {
        if (sessions.serverVersion() < ServerRelease.MODERN) {
            requireNoPublication();
            return plugins.printing();
        }
        return publication != null || mayPublish(tables) ? publishing() : plugins.printing();
    }

    /** @param plugin of a slot; when it is none of ours, whoever uses it says so */
    OutputPlugin ofSlot(String plugin) {
        if (plugin.equals(plugins.printing().name()) || sessions.serverVersion() < ServerRelease.MODERN) {
            requireNoPublication();
            return plugins.printing();
        }
        return publishing();
    }

    private void requireNoPublication() {
        if (publication != null) {
            throw new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    "source " + sessions.connection().address()
                            + ": the task file names a publication, but the log is read through "
                            + plugins.printing().name() + ", which knows of none",
                    "Leave the publication out, or have the slot made with pgoutput.");
        }
    }

    private OutputPlugin publishing() {
        return publication == null
                ? plugins.publishing()
                : new NamedPublication(sessions, catalog, control, publication);
    }

    private boolean mayPublish(Collection<TableId> tables) {
        List<Long> oids = control
                .run(
                        "looking at the tables",
                        ErrorCode.SOURCE_SETTINGS,
                        connection -> ReplicaIdentities.look(connection, List.copyOf(tables)))
                .stream()
                .map(ReplicaIdentities.Wanted::oid)
                .toList();
        try (CatalogSession session = CatalogSession.open(sessions)) {
            return PublishingRight.has(session, oids);
        }
    }
}
