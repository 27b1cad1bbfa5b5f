package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.postgresql.catalog.OlderCatalog;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives tables a replica identity that have none, since PostgreSQL refuses an application's UPDATE and DELETE on them as soon as they are published (T7), and puts back
 * what was there. A former setting is written as {@code d} (default), {@code n} (nothing) or {@code i:<oid of the index>}.
 */
final class ReplicaIdentities {

    /**
     * A primary key counts only when its constraint is not deferrable (relcache.c, RelationGetIndexList); an index with a generated column does not count, since the old
     * row lacks that column (T13).
     */
    private static final String WANTED = """
            SELECT c.oid, wanted.schema, wanted.name,
                   CASE WHEN c.relreplident = 'f' OR (usable.index IS NOT NULL AND NOT wanted.whole) THEN NULL
                        WHEN c.relreplident = 'i' AND named.indexrelid IS NOT NULL THEN 'i:' || named.indexrelid
                        WHEN c.relreplident = 'i' THEN 'n'
                        ELSE c.relreplident::text END AS lacking
              FROM unnest(?::text[], ?::text[], ?::boolean[]) AS wanted (schema, name, whole)
              LEFT JOIN pg_namespace n ON n.nspname = wanted.schema
              LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p')
              LEFT JOIN pg_index named ON named.indrelid = c.oid AND named.indisreplident AND named.indisvalid
              LEFT JOIN LATERAL (
                   SELECT i.indexrelid AS index
                     FROM pg_index i
                    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                      AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
                      AND NOT EXISTS (SELECT FROM pg_attribute a
                                       WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey) AND a.attgenerated <> '')
                   ) usable ON true
             ORDER BY wanted.schema, wanted.name""";

    /** Only tables that still have FULL; {@code publication} is another one that needs it. */
    private static final String CHANGED = """
            SELECT n.nspname, c.relname, index.relname AS index,
                   (SELECT min(t.pubname)
                      FROM pg_publication_tables t
                      JOIN pg_publication p ON p.pubname = t.pubname AND (p.pubupdate OR p.pubdelete)
                     WHERE t.schemaname = n.nspname AND t.tablename = c.relname AND t.pubname <> ?) AS publication
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_class index ON index.oid = ?
             WHERE c.oid = ? AND c.relreplident = 'f'""";

    private ReplicaIdentities() {}

    /**
     * A table to publish.
     *
     * @param lacking the code of its present setting when that is of no use, or empty
     */
    record Wanted(long oid, TableId table, Optional<String> lacking) {}

    /** What is to be done about one former setting. */
    sealed interface Restoration {

        /** @param sql puts the former setting back */
        record Now(String sql) implements Restoration {}

        /** @param publication still publishes the table's updates, which need FULL */
        record Needed(String publication, String sql) implements Restoration {}
    }

    /**
     * The tables as the catalog has them; those that do not exist (any more) are missing.
     *
     * @param whole tables of which the log must carry whole old rows (T8)
     */
    static List<Wanted> look(Connection connection, List<TableId> tables, Set<TableId> whole) throws SQLException {
        Map<String, TableId> byTitle = new TreeMap<>();
        tables.forEach(table -> byTitle.put(Quoting.table(table), table));
        List<Wanted> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(OlderCatalog.adapt(WANTED, version(connection)))) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "text", tables.stream().map(TableId::schema).toArray()));
            query.setArray(
                    2,
                    connection.createArrayOf(
                            "text", tables.stream().map(TableId::name).toArray()));
            query.setArray(
                    3,
                    connection.createArrayOf(
                            "bool", tables.stream().map(whole::contains).toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    TableId table = byTitle.get(Quoting.qualified(row.getString("schema"), row.getString("name")));
                    if (table != null && row.getLong("oid") != 0) {
                        found.add(new Wanted(row.getLong("oid"), table, Optional.ofNullable(row.getString("lacking"))));
                    }
                }
            }
        }
        return found;
    }

    /**
     * For logs where former settings could be kept nowhere at the source, as a publication of ours keeps them in its comment.
     *
     * @param whole tables of which the log must carry whole old rows (T8)
     * @throws SyncException SOURCE_SETTINGS when the log would not tell a table's rows apart
     */
    static void require(ControlSession control, List<TableId> tables, Set<TableId> whole) {
        List<Wanted> lacking = control
                .run(
                        "looking at replica identities",
                        ErrorCode.SOURCE_SETTINGS,
                        connection -> look(connection, tables, whole))
                .stream()
                .filter(table -> table.lacking().isPresent())
                .toList();
        if (!lacking.isEmpty()) {
            TableId table = lacking.getFirst().table();
            throw new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    "source: the log does not tell the rows of " + table
                            + (whole.contains(table)
                                    ? ", which has a filter or computed columns, as a whole"
                                    : " apart")
                            + (lacking.size() == 1 ? "" : ", nor those of " + (lacking.size() - 1) + " more tables")
                            + "; their updates and deletes could not be carried",
                    "ALTER TABLE " + Quoting.table(table) + " REPLICA IDENTITY FULL;");
        }
    }

    /** {@code server_version_num}, as far as the adaption needs it. */
    private static int version(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() * 10_000;
    }

    static void setFull(Connection connection, TableId table) throws SQLException {
        ControlSession.patiently(connection, full(table));
    }

    static String full(TableId table) {
        return "ALTER TABLE ONLY " + Quoting.table(table) + " REPLICA IDENTITY FULL";
    }

    /** Empty when there is nothing to put back: the table is gone, or somebody has changed its setting since. */
    static Optional<Restoration> restoration(Connection connection, String publication, long table, String code)
            throws SQLException {
        long index = code.startsWith("i:") ? Long.parseLong(code.substring(2)) : 0;
        try (PreparedStatement query = connection.prepareStatement(CHANGED)) {
            query.setString(1, publication);
            query.setLong(2, index);
            query.setLong(3, table);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String indexName = row.getString("index");
                String former = switch (code.charAt(0)) {
                    case 'd' -> "DEFAULT";
                    case 'n' -> "NOTHING";
                    case 'i' -> indexName == null ? "NOTHING" : "USING INDEX " + Quoting.identifier(indexName);
                    default -> throw new IllegalStateException("no replica identity: " + code);
                };
                String sql = "ALTER TABLE ONLY " + Quoting.qualified(row.getString("nspname"), row.getString("relname"))
                        + " REPLICA IDENTITY " + former;
                String other = row.getString("publication");
                return Optional.of(other == null ? new Restoration.Now(sql) : new Restoration.Needed(other, sql));
            }
        }
    }
}
