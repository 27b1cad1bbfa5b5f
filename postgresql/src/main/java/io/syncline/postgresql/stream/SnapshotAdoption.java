package io.syncline.postgresql.stream;

import io.syncline.api.model.Positions;
import io.syncline.api.port.Snapshot;

/** Takes over a snapshot that a walsender exported, before that walsender lets it go. */
@FunctionalInterface
public interface SnapshotAdoption {

    /**
     * Imports the snapshot into a session of its own.
     *
     * @param exportedName for SET TRANSACTION SNAPSHOT
     * @param positions where it stands, exactly
     */
    Snapshot adopt(String exportedName, Positions positions);
}
