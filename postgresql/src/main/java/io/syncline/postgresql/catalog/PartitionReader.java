package io.syncline.postgresql.catalog;

import io.syncline.api.model.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the partitions of partitioned tables, parents before their partitions. */
public final class PartitionReader {

    /**
     * A usable replica identity is an immediate, valid index (relcache.c, RelationGetIndexList); the old row lacks generated columns, so an index with one counts as
     * without them (T13). The transaction is that of pg_inherits' row, which nothing but ATTACH and DETACH writes. A column that has a parent in
     * the very version of its row that the relation's making wrote, as its system columns tell, was made as a partition's: ATTACH and DETACH write new versions (tablecmds.c,
     * MergeAttributesIntoExisting, RemoveInheritance).
     */
    private static final String PARTITIONS = """
            WITH RECURSIVE tree (oid, root, parent, attached, depth) AS (
                SELECT i.inhrelid, i.inhparent, i.inhparent, i.xmin::text, 1
                  FROM pg_catalog.pg_inherits AS i
                  JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent AND p.relkind = 'p'
                 WHERE i.inhparent = ANY (CAST(? AS oid[]))
                 UNION ALL
                SELECT i.inhrelid, t.root, i.inhparent, i.xmin::text, t.depth + 1
                  FROM tree AS t
                  JOIN pg_catalog.pg_class AS p ON p.oid = t.oid AND p.relkind = 'p'
                  JOIN pg_catalog.pg_inherits AS i ON i.inhparent = t.oid)
            SELECT t.oid, n.nspname, c.relname, t.root, t.parent, t.attached,
                   EXISTS (SELECT FROM pg_catalog.pg_attribute AS made JOIN pg_catalog.pg_attribute AS a
                                 ON a.attrelid = made.attrelid AND a.xmin = made.xmin AND a.cmin = made.cmin
                            WHERE made.attrelid = c.oid AND made.attnum = -1 AND a.attnum > 0 AND a.attinhcount > 0) AS born,
                   c.relkind, c.relpersistence = 'u' AS unlogged,
                   c.relreplident, coalesce(identity.index, 0) AS index, identity.columns
              FROM tree AS t
              JOIN pg_catalog.pg_class AS c ON c.oid = t.oid
              JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
              LEFT JOIN LATERAL (
                   SELECT i.indexrelid AS index,
                          ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
                                 WHERE a.attrelid = c.oid AND a.attnum = ANY ((CAST(i.indkey AS smallint[]))[0:i.indnkeyatts - 1])
                                   AND a.attgenerated = '') AS columns
                     FROM pg_catalog.pg_index AS i
                    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                      AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
                   ) AS identity ON true
             ORDER BY t.depth, n.nspname, c.relname""";

    private PartitionReader() {}

    /** All partitions below these roots; tables that are not partitioned have none. */
    public static List<Partition> read(CatalogSession session, String database, Collection<Long> roots) {
        return session.query(PARTITIONS, row -> partition(row, database), CatalogSession.oids(roots));
    }

    /** The same with a connection of another kind. */
    public static List<Partition> read(Connection connection, String database, Collection<Long> roots)
            throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion() * 10_000;
        try (PreparedStatement statement = connection.prepareStatement(OlderCatalog.adapt(PARTITIONS, version))) {
            statement.setString(1, CatalogSession.oids(roots));
            List<Partition> partitions = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    partitions.add(partition(row, database));
                }
            }
            return partitions;
        }
    }

    private static Partition partition(ResultSet row, String database) throws SQLException {
        Set<String> logged = new HashSet<>();
        java.sql.Array columns = row.getArray("columns");
        if (columns != null) {
            logged.addAll(List.of((String[]) columns.getArray()));
        }
        return new Partition(
                row.getLong("oid"),
                new TableId(database, row.getString("nspname"), row.getString("relname")),
                row.getLong("root"),
                row.getLong("parent"),
                row.getString("attached"),
                row.getBoolean("born"),
                row.getString("relkind"),
                row.getBoolean("unlogged"),
                row.getString("relreplident"),
                row.getLong("index"),
                logged);
    }
}
