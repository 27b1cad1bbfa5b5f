package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether a publication is still what its task made of it: of what was left out in the meantime nothing is in the stream (I4). */
final class PublicationCheck {

    private final Sessions sessions;
    private final ControlSession control;
    private final Publication publication;
    private final ChangeLogName name;

    PublicationCheck(Sessions sessions, ControlSession control, Publication publication) {
        this.sessions = sessions;
        this.control = control;
        this.publication = publication;
        this.name = publication.name();
    }

    /**
     * Checks that all changes of all tables are still published.
     *
     * @param dropsAreTold whether the log tells of tables that are gone
     * @throws SyncException SLOT_MISSING when the publication is gone, SOURCE_GAP when it is not as it was made
     */
    void requireIntact(boolean dropsAreTold) {
        List<String> differences = control.run(
                "checking the publication " + name,
                ErrorCode.SOURCE_GAP,
                connection -> differences(connection, dropsAreTold));
        if (!differences.isEmpty()) {
            throw new SyncException(
                    ErrorCode.SOURCE_GAP,
                    "source " + sessions.connection().address() + ": the publication " + name
                            + " is not as this task made it: " + String.join("; ", differences)
                            + ". Changes made since are missing from the stream for good",
                    "Run clean for this task and start it again.");
        }
    }

    private List<String> differences(Connection connection, boolean dropsAreTold) throws SQLException {
        PublicationNote note = publication.noteOf(connection);
        List<String> differences = new ArrayList<>();
        if (!note.partitions().roots().isEmpty() && publishesRoots(connection)) {
            differences.add("it publishes partitions as their root, so that not all of their changes are told apart");
        }
        if (!publishesAll(connection)) {
            differences.add("it does not publish inserts, updates, deletes and truncates any more");
        }
        if (note.tables().isEmpty() && note.partitions().roots().isEmpty()) {
            differences.add("its comment, which lists its tables, was changed");
        }
        Map<Long, String> missing = new TreeMap<>(note.tables());
        publication.published(connection).forEach((oid, whole) -> {
            String table = missing.remove(oid);
            if (table != null && !whole) {
                differences.add("it leaves out rows or columns of " + table);
            }
        });
        if (dropsAreTold && !missing.isEmpty()) {
            missing.keySet().retainAll(present(connection, missing.keySet()));
        }
        missing.values().forEach(table -> differences.add(table + " was dropped, or taken from it"));
        return differences;
    }

    private static Set<Long> present(Connection connection, Set<Long> tables) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT oid FROM pg_class WHERE oid = ANY (CAST(? AS oid[]))")) {
            query.setString(1, CatalogSession.oids(tables));
            Set<Long> present = new HashSet<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    present.add(row.getLong(1));
                }
            }
            return present;
        }
    }

    /**
     * Checks that each of these tables is in it. One may have been taken out since, and the destination restored to what it was before (T17): the note does not tell that.
     *
     * @throws SyncException SOURCE_GAP, of the table
     */
    void requireHeld(Collection<TableSchema> tables) {
        Set<Long> missing = control.run(
                "looking at the publication " + name,
                ErrorCode.SOURCE_GAP,
                connection -> missing(
                        connection, tables.stream().map(TableSchema::version).collect(Collectors.toSet())));
        for (TableSchema table : tables) {
            if (missing.contains(table.version())) {
                throw notHeld(table.table());
            }
        }
    }

    private SyncException notHeld(TableId table) {
        return new SyncException(
                        ErrorCode.SOURCE_GAP,
                        "source " + sessions.connection().address() + ": the publication " + name + " does not hold "
                                + table
                                + ", which the destination's ledger says is carried: it was suspended, or left the task,"
                                + " and the destination was restored to what it was before that. Changes made since are missing in the stream",
                        "Run `control FILE resync " + table
                                + "`, or apply a file without the table, then run the task again.")
                .ofTable(table);
    }

    /** Of those that are tables with rows of their own: partitions are told by the note. */
    private Set<Long> missing(Connection connection, Set<Long> tables) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT c.oid
                  FROM pg_class c
                 WHERE c.oid = ANY (CAST(? AS oid[])) AND c.relkind = 'r'
                   AND NOT EXISTS (SELECT 1 FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
                                    WHERE p.pubname = ? AND r.prrelid = c.oid)""")) {
            query.setString(1, CatalogSession.oids(tables));
            query.setString(2, name.text());
            Set<Long> missing = new HashSet<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    missing.add(row.getLong(1));
                }
            }
            return missing;
        }
    }

    /** Before 13 there is no such option. */
    private boolean publishesRoots(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT coalesce((to_jsonb(p) ->> 'pubviaroot')::boolean, false) FROM pg_publication p WHERE pubname = ?")) {
            query.setString(1, name.text());
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private boolean publishesAll(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT pubinsert AND pubupdate AND pubdelete"
                + (sessions.serverVersion() >= Publication.TRUNCATES ? " AND pubtruncate" : "")
                + " FROM pg_publication WHERE pubname = ?")) {
            query.setString(1, name.text());
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
