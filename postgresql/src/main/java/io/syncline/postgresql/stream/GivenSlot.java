package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Snapshot;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A slot that was made before the task. The snapshot that was exported with it is gone, so another exact one is taken, at a later position: a stream of the slot that
 * starts there sends exactly what that snapshot does not hold, since a server goes by the position asked for when it lies behind the confirmed one.
 */
final class GivenSlot {

    private final Sessions sessions;
    private final ReplicationSlot slot;
    private final Supplier<Snapshot> exact;

    GivenSlot(Sessions sessions, ReplicationSlot slot, Supplier<Snapshot> exact) {
        this.sessions = sessions;
        this.slot = slot;
        this.exact = exact;
    }

    /**
     * Waits until nobody reads it.
     *
     * @return its plugin
     * @throws SyncException SLOT_MISSING when it is not there, or of no use
     */
    String take(Duration patience) {
        if (sessions.serverVersion() < ServerRelease.MODERN) {
            throw unusable(
                    "cannot be used: before PostgreSQL 10 only a slot that the task makes comes with a snapshot");
        }
        ReplicationSlot.State state = slot.state().orElseThrow(() -> unusable("does not exist"));
        boolean known = state.plugin().equals("pgoutput") || state.plugin().equals("test_decoding");
        if (!state.here() || !known) {
            throw unusable("is of another database or plugin (" + state.plugin() + ")");
        }
        if (!state.lost().isEmpty() || state.confirmed() == null) {
            throw unusable("was invalidated (" + state.lost() + ")");
        }
        slot.free(patience);
        return state.plugin();
    }

    /** Where what it keeps begins. */
    Lsn confirmed() {
        return slot.state()
                .map(ReplicationSlot.State::confirmed)
                .orElseThrow(() -> unusable("does not exist any more"));
    }

    /** At whose position the stream starts; the slot existed before, and keeps everything from there on. */
    Snapshot snapshot() {
        return exact.get();
    }

    private SyncException unusable(String what) {
        return new SyncException(
                ErrorCode.SLOT_MISSING,
                "source " + sessions.connection().address() + ": the replication slot " + slot
                        + " that the task file names " + what,
                "Have it made in the source's database, with pgoutput or test_decoding: SELECT pg_create_logical_replication_slot("
                        + "NAME, 'pgoutput'); or leave it out of the task file.");
    }
}
