package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Partition;
import io.syncline.postgresql.catalog.PartitionReader;
import io.syncline.postgresql.greenplum.Distributions;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import io.syncline.postgresql.stream.ReplicaIdentities.Wanted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The publication of one task: made with its tables, checked, read. */
final class Publication {

    /** Each table of a statement takes a place in the server's lock table (T41). */
    static final int TABLES_PER_STATEMENT = 500;

    /** From this release on the log tells of TRUNCATE (release notes of 11); before, the precheck does. */
    static final int TRUNCATES = 110000;

    private static final String UNDEFINED_TABLE = "42P01";

    private final Sessions sessions;
    private final ControlSession control;
    private final ChangeLogName name;

    Publication(Sessions sessions, ControlSession control, ChangeLogName name) {
        this.sessions = sessions;
        this.control = control;
        this.name = name;
    }

    /**
     * Makes the publication, in place of one that a crashed start left. It exists, empty and with its note, before the first replica identity is changed, so that the
     * former settings are known after a crash at any moment; tables are added when they can bear it (T7).
     *
     * @param whole those of which whole old rows are published (T8)
     * @param shapes of the same tables
     */
    void create(List<TableId> tables, Set<TableId> whole, List<TableSchema> shapes) {
        control.run("creating the publication " + name, ErrorCode.SOURCE_SETTINGS, connection -> {
            List<Wanted> wanted = new ArrayList<>(ReplicaIdentities.look(connection, tables, whole));
            requireAll(tables, wanted);
            PublishedPartitions partitioned = PublishedPartitions.look(connection, database(), wanted, shapes);
            List<Wanted> published = partitioned.publishedOf(wanted, sessions.serverVersion());
            wanted.addAll(partitioned.identities(whole));
            Map<Long, String> earlier = PublicationNote.of(connection, name.text())
                    .map(PublicationNote::identities)
                    .orElse(Map.of());
            shrink(connection);
            createEmpty(
                    connection,
                    note(published, wanted, partitioned.known(), earlier)
                            .withDistributions(distributions(connection, wanted)));
            for (Wanted table : wanted) {
                if (table.lacking().isPresent()) {
                    ReplicaIdentities.setFull(connection, table.table());
                }
            }
            for (String addition : additions(published)) {
                ControlSession.patiently(connection, addition);
            }
            return wanted;
        });
    }

    /**
     * Adds tables. What the note says of replica identities is there before one is changed, and what it says of tables after the publication holds them: a crash between
     * leaves more published than is noted, which harms nothing.
     */
    void extend(List<TableId> tables, Set<TableId> whole, List<TableSchema> shapes) {
        control.run("adding tables to the publication " + name, ErrorCode.SOURCE_SETTINGS, connection -> {
            List<Wanted> wanted = new ArrayList<>(ReplicaIdentities.look(connection, tables, whole));
            requireAll(tables, wanted);
            PublishedPartitions partitioned = PublishedPartitions.look(connection, database(), wanted, shapes);
            List<Wanted> added = partitioned.publishedOf(wanted, sessions.serverVersion());
            wanted.addAll(partitioned.identities(whole));
            PublicationNote more = note(added, wanted, partitioned.known(), Map.of());
            PublicationNote note = noteOf(connection);
            comment(connection, note.withIdentities(more.identities()));
            for (Wanted table : wanted) {
                if (table.lacking().isPresent()) {
                    ReplicaIdentities.setFull(connection, table.table());
                }
            }
            Set<Long> there = published(connection).keySet();
            for (String addition : additions(
                    added.stream().filter(table -> !there.contains(table.oid())).toList())) {
                ControlSession.patiently(connection, addition);
            }
            comment(connection, note.with(more).withDistributions(distributions(connection, wanted)));
            return added;
        });
    }

    /** Takes tables out, first out of the note: a crash between leaves more published than is noted. */
    void leaveOut(Set<Long> tables) {
        control.run("taking tables out of the publication " + name, ErrorCode.SOURCE_SETTINGS, connection -> {
            PublicationNote note = noteOf(connection);
            PublicationNote without = note.without(tables);
            if (without.tables().isEmpty()) {
                // A note without tables is that of somebody else: see differences.
                return note;
            }
            if (!without.equals(note)) {
                comment(connection, without);
            }
            for (List<String> strays = strays(connection, without);
                    !strays.isEmpty();
                    strays = strays(connection, without)) {
                for (String table : strays) {
                    takeOut(connection, table);
                }
            }
            return without;
        });
    }

    /**
     * Takes tables out, then puts back what was there before of all that it does not hold (any more): an UPDATE of a published table without replica identity would fail.
     *
     * @return what could not be put back
     */
    List<String> giveUp(Set<Long> tables) {
        leaveOut(tables);
        return control.run("putting replica identities back", ErrorCode.SOURCE_SETTINGS, connection -> {
            PublicationNote note = noteOf(connection);
            Map<Long, String> former = new TreeMap<>(note.identities());
            former.keySet().removeIf(note::concerns);
            Remains remains = new Remains();
            Set<Long> restored = new FormerIdentities(name, remains).restore(connection, former);
            if (!restored.isEmpty()) {
                comment(connection, note.withoutIdentities(restored));
            }
            return remains.lines();
        });
    }

    /** One that was dropped or renamed since it was looked up is not there, or is there under another name, at the next look. */
    private void takeOut(Connection connection, String table) throws SQLException {
        try {
            ControlSession.patiently(connection, "ALTER PUBLICATION " + quoted() + " DROP TABLE " + table);
        } catch (SQLException e) {
            if (!SqlErrors.state(e).equals(UNDEFINED_TABLE)) {
                throw e;
            }
        }
    }

    /** The statements of {@link #create}, but for the publication's note. */
    List<String> plan(List<TableId> tables, Set<TableId> whole, List<TableSchema> shapes) {
        return control.run("planning the publication " + name, ErrorCode.SOURCE_SETTINGS, connection -> {
            List<Wanted> wanted = new ArrayList<>(ReplicaIdentities.look(connection, tables, whole));
            PublishedPartitions partitioned = PublishedPartitions.look(connection, database(), wanted, shapes);
            List<Wanted> published = partitioned.publishedOf(wanted, sessions.serverVersion());
            wanted.addAll(partitioned.identities(whole));
            List<String> statements = new ArrayList<>(List.of(creation()));
            wanted.stream()
                    .filter(table -> table.lacking().isPresent())
                    .forEach(table -> statements.add(ReplicaIdentities.full(table.table())));
            statements.addAll(additions(published));
            return statements;
        });
    }

    private String creation() {
        // Greenplum 7.0.0 cuts the list on its way to the segments, which then publish inserts alone.
        // Without one all kinds are published.
        return "CREATE PUBLICATION " + quoted()
                + (sessions.dialect().isDistributed() ? "" : " WITH (" + options() + ")");
    }

    private List<String> additions(List<Wanted> published) {
        List<String> additions = new ArrayList<>();
        for (int i = 0; i < published.size(); i += TABLES_PER_STATEMENT) {
            additions.add(published.subList(i, Math.min(published.size(), i + TABLES_PER_STATEMENT)).stream()
                    .map(table -> "ONLY " + Quoting.table(table.table()))
                    .collect(Collectors.joining(", ", "ALTER PUBLICATION " + quoted() + " ADD TABLE ", "")));
        }
        return additions;
    }

    /** @param earlier former settings of tables that have FULL since an earlier start */
    private static PublicationNote note(
            List<Wanted> published, List<Wanted> wanted, KnownPartitions partitions, Map<Long, String> earlier) {
        Map<Long, String> names = new TreeMap<>();
        Map<Long, String> identities = new TreeMap<>(earlier);
        published.forEach(table -> names.put(table.oid(), table.table().toString()));
        for (Wanted table : wanted) {
            table.lacking().ifPresent(code -> identities.put(table.oid(), code));
        }
        return new PublicationNote(names, partitions, identities, Map.of());
    }

    private Map<Long, String> distributions(Connection connection, List<Wanted> tables) throws SQLException {
        return distributions(connection, tables.stream().map(Wanted::oid).collect(Collectors.toSet()));
    }

    /** It goes on being one that is to be loaded anew, until it is in the log again. */
    private void requireLogged(TableSchema table, Map<Long, String> lying) {
        if (lying.containsKey(table.version()) && !Distributions.logged(lying).contains(table.version())) {
            throw new SyncException(
                            ErrorCode.SOURCE_SCHEMA_CHANGED,
                            "source " + sessions.connection().address() + ": the table " + table.table()
                                    + " is append-optimised now. What changes in it is in no log, so that the destination would stay behind without a word",
                            "ALTER TABLE " + Quoting.table(table.table())
                                    + " SET ACCESS METHOD heap, and start the task again: it is loaded anew then. Or give it refresh in the task file, or take it out of the objects.")
                    .ofTable(table.table());
        }
    }

    /** Before their rows are read: what changes from here on is found as a change. */
    private Map<Long, String> distributions(Connection connection, Set<Long> tables) throws SQLException {
        return sessions.dialect().isDistributed() ? Distributions.of(connection, tables) : Map.of();
    }

    /** How the tables of a cluster lay when their rows were read, by oid. */
    Map<Long, String> distributions() {
        return control.run("reading the publication " + name, ErrorCode.SOURCE_SETTINGS, this::noteOf)
                .distributions();
    }

    /** Takes tables out in parts until few enough are left to drop it: each takes a place in the server's lock table (T41). */
    void shrink(Connection connection) throws SQLException {
        List<String> tables = someTables(connection);
        while (tables.size() == TABLES_PER_STATEMENT) {
            ControlSession.patiently(
                    connection, "ALTER PUBLICATION " + quoted() + " DROP TABLE " + String.join(", ", tables));
            tables = someTables(connection);
        }
    }

    private List<String> someTables(Connection connection) throws SQLException {
        return tables(connection, Set.of());
    }

    /** What it holds and the note does not know. */
    private List<String> strays(Connection connection, PublicationNote note) throws SQLException {
        return tables(connection, note.tables().keySet());
    }

    private List<String> tables(Connection connection, Set<Long> butFor) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT n.nspname, c.relname
                  FROM pg_publication p
                  JOIN pg_publication_rel r ON r.prpubid = p.oid
                  JOIN pg_class c ON c.oid = r.prrelid
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE p.pubname = ? AND r.prrelid <> ALL (CAST(? AS oid[]))
                 LIMIT ?""")) {
            query.setString(1, name.text());
            query.setString(2, CatalogSession.oids(butFor));
            query.setInt(3, TABLES_PER_STATEMENT);
            List<String> tables = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    tables.add("ONLY " + Quoting.qualified(row.getString(1), row.getString(2)));
                }
            }
            return tables;
        }
    }

    private static void requireAll(List<TableId> tables, List<Wanted> wanted) {
        Set<TableId> missing = new HashSet<>(tables);
        wanted.forEach(table -> missing.remove(table.table()));
        if (!missing.isEmpty()) {
            throw new SyncException(
                    ErrorCode.SOURCE_SCHEMA_CHANGED,
                    "source: " + missing.iterator().next() + " was chosen, but there is no such table any more",
                    "Start the task again.");
        }
    }

    private void createEmpty(Connection connection, PublicationNote note) throws SQLException {
        String comment = note.json(connection);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP PUBLICATION IF EXISTS " + quoted());
            statement.execute(creation());
            statement.execute("COMMENT ON PUBLICATION " + quoted() + " IS " + Quoting.literal(comment));
            connection.commit();
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private String options() {
        int version = sessions.serverVersion();
        StringBuilder options = new StringBuilder(
                version >= TRUNCATES
                        ? "publish = 'insert, update, delete, truncate'"
                        : "publish = 'insert, update, delete'");
        // Never publish_via_partition_root: a TRUNCATE of one partition would not be sent at all, and whether an old
        // row is whole would be told by the root's replica identity instead of the partition's (T9).
        if (version >= 180000) {
            // 18 refuses an application's UPDATE and DELETE on a table with replica identity FULL of which stored
            // generated columns are not published.
            options.append(", publish_generated_columns = stored");
        }
        return options.toString();
    }

    /** Oids of what it was made for. */
    Set<Long> named() {
        return control.run("reading the publication " + name, ErrorCode.SOURCE_SETTINGS, this::noteOf)
                .tables()
                .keySet();
    }

    /** The partitions that are known, as the note has them. */
    KnownPartitions partitions() {
        return control.run(
                "reading the publication " + name,
                ErrorCode.SOURCE_SETTINGS,
                connection -> PublicationNote.of(connection, name.text())
                        .map(PublicationNote::partitions)
                        .orElse(KnownPartitions.NONE));
    }

    /**
     * Compares the partitions that the published tables have now with those that are known: rows that came or went with one of them are in no log (T9).
     *
     * @return the known ones and those that were made since, which the note then holds too
     * @throws SyncException SOURCE_SCHEMA_CHANGED when others came, or some went
     */
    KnownPartitions requirePartitions(KnownPartitions known) {
        if (known.roots().isEmpty()) {
            return known;
        }
        return control.run("looking at partitions", ErrorCode.SOURCE_SCHEMA_CHANGED, connection -> {
            PublicationNote note = noteOf(connection);
            List<Partition> now = PartitionReader.read(connection, database(), known.roots());
            KnownPartitions accepted = known.withBorn(now, note.tables().keySet());
            List<String> changes = accepted.changesTo(KnownPartitions.of(known.roots(), now));
            if (!changes.isEmpty()) {
                throw PublishedPartitions.changed(String.join("; ", changes));
            }
            if (!accepted.equals(note.partitions())) {
                comment(connection, note.withPartitions(accepted));
            }
            return accepted;
        });
    }

    /** Adds partitions of which the log has every row to the known ones. */
    void keep(List<Partition> born) {
        control.run("noting partitions", ErrorCode.SOURCE_SETTINGS, connection -> {
            PublicationNote note = noteOf(connection);
            comment(connection, note.withPartitions(note.partitions().with(born)));
            return born;
        });
    }

    /** Of tables that are going to be loaded anew, the partitions and the distribution that they have now are the known ones. */
    void accept(Collection<TableSchema> tables) {
        control.run("noting partitions", ErrorCode.SOURCE_SETTINGS, connection -> {
            PublicationNote note = noteOf(connection);
            Set<Long> oids = tables.stream().map(TableSchema::version).collect(Collectors.toSet());
            Set<Long> roots = new HashSet<>(oids);
            roots.retainAll(note.partitions().roots());
            KnownPartitions accepted = note.partitions();
            for (long root : roots) {
                accepted = accepted.withTree(root, PartitionReader.read(connection, database(), Set.of(root)));
            }
            Map<Long, String> lying = distributions(connection, oids);
            tables.forEach(table -> requireLogged(table, lying));
            PublicationNote now = note.withPartitions(accepted).withDistributions(lying);
            if (!now.equals(note)) {
                comment(connection, now);
            }
            return accepted;
        });
    }

    private String database() {
        return sessions.connection().database();
    }

    /** The tables that it holds now, and those of which it holds partitions. */
    Set<TableId> tables(KnownPartitions known) {
        return control.run("reading the publication " + name, ErrorCode.SOURCE_SETTINGS, connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                    SELECT n.nspname, c.relname
                      FROM pg_publication p
                      JOIN pg_publication_rel r ON r.prpubid = p.oid
                      JOIN pg_class c ON c.oid = r.prrelid
                      JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE p.pubname = ?
                     UNION
                    SELECT n.nspname, c.relname
                      FROM pg_class c
                      JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.oid = ANY (CAST(? AS oid[]))""")) {
                query.setString(1, name.text());
                query.setString(2, CatalogSession.oids(known.roots()));
                Set<TableId> tables = new HashSet<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        tables.add(new TableId(
                                sessions.connection().database(), row.getString("nspname"), row.getString("relname")));
                    }
                }
                return tables;
            }
        });
    }

    PublicationNote noteOf(Connection connection) throws SQLException {
        return PublicationNote.of(connection, name.text())
                .orElseThrow(() -> new SyncException(
                        ErrorCode.SLOT_MISSING,
                        "source " + sessions.connection().address() + ": the publication " + name
                                + " was dropped; the changes that the slot holds cannot be read without it",
                        "Run clean for this task and start it again."));
    }

    private void comment(Connection connection, PublicationNote note) throws SQLException {
        String comment = note.json(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMENT ON PUBLICATION " + quoted() + " IS " + Quoting.literal(comment));
        }
    }

    /** By oid whether all rows and columns are published. */
    Map<Long, Boolean> published(Connection connection) throws SQLException {
        String whole = sessions.serverVersion() >= 150000 ? "r.prqual IS NULL AND r.prattrs IS NULL" : "true";
        try (PreparedStatement query = connection.prepareStatement("SELECT r.prrelid, " + whole
                + " FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid WHERE p.pubname = ?")) {
            query.setString(1, name.text());
            Map<Long, Boolean> published = new TreeMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    published.put(row.getLong(1), row.getBoolean(2));
                }
            }
            return published;
        }
    }

    ChangeLogName name() {
        return name;
    }

    String quoted() {
        return Quoting.identifier(name.text());
    }
}
