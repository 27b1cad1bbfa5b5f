package io.syncline.postgresql.precheck;

import io.syncline.api.error.SyncException;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Sessions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server of one end under a precheck. Remembers that it could not be reached, so that further items need not wait for it again. */
final class Probe {

    private final Sessions sessions;
    private @Nullable SyncException failure;

    Probe(Sessions sessions) {
        this.sessions = sessions;
    }

    Sessions sessions() {
        return sessions;
    }

    /** A session for one item, or empty when the server does not let us in. */
    Optional<CatalogSession> session() {
        if (failure != null) {
            return Optional.empty();
        }
        try {
            return Optional.of(CatalogSession.open(sessions));
        } catch (SyncException e) {
            failure = e;
            return Optional.empty();
        }
    }

    /** Why the server did not let us in. */
    Optional<SyncException> failure() {
        return Optional.ofNullable(failure);
    }
}
