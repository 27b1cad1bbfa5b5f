package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.PublishingRight;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Through which plugin a log is read. At the start: pgoutput when the task file names a publication, or the role may make one of all tables; test_decoding elsewhere,
 * and before 10. Later what the slot has: it remembers the choice.
 */
final class PluginChoice {

    private final Sessions sessions;
    private final boolean named;
    private final OutputPlugin publishing;
    private final OutputPlugin printing;
    private final ControlSession control;

    /** @param named whether the task file names the publication */
    PluginChoice(
            Sessions sessions, boolean named, OutputPlugin publishing, OutputPlugin printing, ControlSession control) {
        this.sessions = sessions;
        this.named = named;
        this.publishing = publishing;
        this.printing = printing;
        this.control = control;
    }

    /** For a slot that is to be made. */
    OutputPlugin forTables(Collection<TableId> tables) {
        if (sessions.serverVersion() < ServerRelease.MODERN) {
            requireNoPublication();
            return printing;
        }
        return named || mayPublish(tables) ? publishing : printing;
    }

    /** @param plugin of a slot; when it is none of ours, whoever uses it says so */
    OutputPlugin ofSlot(String plugin) {
        if (plugin.equals(printing.name()) || sessions.serverVersion() < ServerRelease.MODERN) {
            requireNoPublication();
            return printing;
        }
        return publishing;
    }

    private void requireNoPublication() {
        if (named) {
            throw new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    "source " + sessions.connection().address()
                            + ": the task file names a publication, but the log is read through "
                            + printing.name() + ", which knows of none",
                    "Leave the publication out, or have the slot made with pgoutput.");
        }
    }

    private boolean mayPublish(Collection<TableId> tables) {
        List<Long> oids = control
                .run(
                        "looking at the tables",
                        ErrorCode.SOURCE_SETTINGS,
                        connection -> ReplicaIdentities.look(connection, List.copyOf(tables), Set.of()))
                .stream()
                .map(ReplicaIdentities.Wanted::oid)
                .toList();
        try (CatalogSession session = CatalogSession.open(sessions)) {
            return PublishingRight.has(session, oids);
        }
    }
}
