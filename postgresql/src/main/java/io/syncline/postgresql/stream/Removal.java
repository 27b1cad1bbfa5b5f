package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a task made at the source, in an order in which an interruption leaves nothing that cannot be removed by doing it again: the slot, the event triggers, then the replica
 * identities while the publication still remembers them and already lets updates pass without one, then the publication.
 */
final class Removal {

    private final ControlSession control;
    private final @Nullable ReplicationSlot slot;
    private final @Nullable Publication publication;
    private final @Nullable AlterationTriggers alterations;
    private final ChangeLogName name;
    private final Duration patience;
    private final Remains remains = new Remains();

    /**
     * @param slot null when it is not this task's to remove
     * @param publication null where there are none
     * @param alterations null where the event triggers are needed further
     * @param patience how long a reader of the slot that is not ours is waited for
     */
    Removal(
            ControlSession control,
            @Nullable ReplicationSlot slot,
            @Nullable Publication publication,
            @Nullable AlterationTriggers alterations,
            ChangeLogName name,
            Duration patience) {
        this.control = control;
        this.slot = slot;
        this.publication = publication;
        this.alterations = alterations;
        this.name = name;
        this.patience = patience;
    }

    /** SQL for what could not be removed, one statement a line, with the reason as a comment. */
    List<String> run() {
        ReplicationSlot read = slot;
        if (read != null && read.state().isPresent()) {
            try {
                read.free(patience);
                read.drop();
            } catch (SyncException e) {
                if (e.code() != ErrorCode.SLOT_IN_USE && e.code() != ErrorCode.SOURCE_RIGHTS) {
                    throw e;
                }
                remains.add(read.dropStatement() + " -- " + e.getMessage());
            }
        }
        AlterationTriggers triggers = alterations;
        if (triggers != null) {
            control.run(
                    "removing event triggers",
                    ErrorCode.SOURCE_SETTINGS,
                    connection -> removeTriggers(connection, triggers));
        }
        Publication made = publication;
        if (made != null) {
            control.run(
                    "removing the publication " + name,
                    ErrorCode.SOURCE_SETTINGS,
                    connection -> removePublication(connection, made));
        }
        return remains.lines();
    }

    /** Before the publication, whose end they would tell. */
    private boolean removeTriggers(Connection connection, AlterationTriggers triggers) throws SQLException {
        List<String> removals = triggers.removals(connection);
        boolean done = true;
        for (String removal : removals) {
            done &= remains.attempt(connection, removal);
        }
        if (done && !removals.isEmpty()) {
            ControlSession.patiently(connection, AlterationTriggers.dropEmptySchema());
        }
        return done;
    }

    private boolean removePublication(Connection connection, Publication publication) throws SQLException {
        Optional<PublicationNote> note;
        try {
            note = PublicationNote.of(connection, name.text());
        } catch (SQLException e) {
            Remains.requireRefused(e);
            remains.add("-- the comment on publication " + name
                    + " was changed, so former replica identities are not known: " + SqlErrors.state(e));
            note = Optional.of(new PublicationNote(Map.of(), KnownPartitions.NONE, Map.of(), Map.of()));
        }
        if (note.isEmpty()) {
            return true;
        }
        boolean done = true;
        if (!note.get().identities().isEmpty()) {
            done = remains.attempt(
                    connection, "ALTER PUBLICATION " + publication.quoted() + " SET (publish = 'insert')");
            Map<Long, String> former = note.get().identities();
            done &= new FormerIdentities(name, remains)
                    .restore(connection, former)
                    .containsAll(former.keySet());
        }
        if (done) {
            done = drop(connection, publication);
        } else {
            remains.add("DROP PUBLICATION " + publication.quoted() + ";");
        }
        return done;
    }

    private boolean drop(Connection connection, Publication publication) throws SQLException {
        String drop = "DROP PUBLICATION " + publication.quoted();
        try {
            publication.shrink(connection);
        } catch (SQLException e) {
            Remains.requireRefused(e);
            remains.add(drop + "; -- " + Remains.reason(e));
            return false;
        }
        return remains.attempt(connection, drop);
    }
}
