package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.SqlErrors;
import io.syncline.postgresql.stream.ReplicaIdentities.Restoration;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a task made at the source, in an order in which an interruption leaves nothing that cannot be removed by doing it again: the slot, the event triggers, then the replica
 * identities while the publication still remembers them and already lets updates pass without one, then the publication.
 */
final class Removal {

    private static final String SIBLINGS = "dts_sync_";

    private final ControlSession control;
    private final @Nullable ReplicationSlot slot;
    private final @Nullable Publication publication;
    private final @Nullable AlterationTriggers alterations;
    private final ChangeLogName name;
    private final Duration patience;
    private final List<String> remains = new ArrayList<>();

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
        return List.copyOf(remains);
    }

    /** Before the publication, whose end they would tell. */
    private boolean removeTriggers(Connection connection, AlterationTriggers triggers) throws SQLException {
        List<String> removals = triggers.removals(connection);
        boolean done = true;
        for (String removal : removals) {
            done &= attempt(connection, removal);
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
            requireOwnFailure(e);
            remains.add("-- the comment on publication " + name
                    + " was changed, so former replica identities are not known: " + SqlErrors.state(e));
            note = Optional.of(new PublicationNote(Map.of(), KnownPartitions.NONE, Map.of()));
        }
        if (note.isEmpty()) {
            return true;
        }
        boolean done = true;
        if (!note.get().identities().isEmpty()) {
            done = attempt(connection, "ALTER PUBLICATION " + publication.quoted() + " SET (publish = 'insert')");
            for (Map.Entry<Long, String> former : note.get().identities().entrySet()) {
                done &= restore(connection, former.getKey(), former.getValue());
            }
        }
        if (done) {
            done = drop(connection, publication);
        } else {
            remains.add("DROP PUBLICATION " + publication.quoted() + ";");
        }
        return done;
    }

    private boolean restore(Connection connection, long table, String code) throws SQLException {
        Optional<Restoration> restoration = ReplicaIdentities.restoration(connection, name.text(), table, code);
        if (restoration.isEmpty()) {
            return true;
        }
        return switch (restoration.get()) {
            case Restoration.Now(String sql) -> attempt(connection, sql);
            case Restoration.Needed(String other, String sql) -> {
                if (!handOver(connection, other, table, code)) {
                    remains.add(
                            sql + "; -- when publication " + other + " does not need replica identity FULL any more");
                }
                yield true;
            }
        };
    }

    /** Another task's publication of ours that needs the setting takes over to put it back (T49). */
    private static boolean handOver(Connection connection, String other, long table, String code) throws SQLException {
        if (!other.startsWith(SIBLINGS)) {
            return false;
        }
        PublicationNote note = PublicationNote.of(connection, other).orElse(null);
        if (note == null || !note.concerns(table)) {
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMENT ON PUBLICATION " + Quoting.identifier(other) + " IS "
                    + Quoting.literal(note.withIdentity(table, code).json(connection)));
            return true;
        }
    }

    private boolean drop(Connection connection, Publication publication) throws SQLException {
        String drop = "DROP PUBLICATION " + publication.quoted();
        try {
            publication.shrink(connection);
        } catch (SQLException e) {
            requireOwnFailure(e);
            remains.add(drop + "; -- " + reason(e));
            return false;
        }
        return attempt(connection, drop);
    }

    /** False, and the statement is noted, when the server refuses it. */
    private boolean attempt(Connection connection, String sql) throws SQLException {
        try {
            ControlSession.patiently(connection, sql);
            return true;
        } catch (SQLException e) {
            requireOwnFailure(e);
            remains.add(sql + "; -- " + reason(e));
            return false;
        }
    }

    private static String reason(SQLException e) {
        return e.getMessage() == null
                ? SqlErrors.state(e)
                : e.getMessage().lines().findFirst().orElse("");
    }

    private static void requireOwnFailure(SQLException e) throws SQLException {
        if (SqlErrors.isConnectionLoss(e)) {
            throw e;
        }
    }
}
