package io.syncline.postgresql.stream;

import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.stream.ReplicaIdentities.Restoration;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts the replica identities back that were changed for a publication (T7). */
final class FormerIdentities {

    private static final String SIBLINGS = "dts_sync_";

    private final ChangeLogName publication;
    private final Remains remains;

    FormerIdentities(ChangeLogName publication, Remains remains) {
        this.publication = publication;
        this.remains = remains;
    }

    /**
     * @param former codes by oid, as {@link PublicationNote} keeps them
     * @return those of which nothing is left to do
     */
    Set<Long> restore(Connection connection, Map<Long, String> former) throws SQLException {
        Set<Long> restored = new HashSet<>();
        for (Map.Entry<Long, String> setting : former.entrySet()) {
            if (restore(connection, setting.getKey(), setting.getValue())) {
                restored.add(setting.getKey());
            }
        }
        return restored;
    }

    private boolean restore(Connection connection, long table, String code) throws SQLException {
        Optional<Restoration> restoration = ReplicaIdentities.restoration(connection, publication.text(), table, code);
        if (restoration.isEmpty()) {
            return true;
        }
        return switch (restoration.get()) {
            case Restoration.Now(String sql) -> remains.attempt(connection, sql);
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
}
