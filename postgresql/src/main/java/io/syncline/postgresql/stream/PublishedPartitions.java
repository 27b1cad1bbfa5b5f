package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Partition;
import io.syncline.postgresql.catalog.PartitionReader;
import io.syncline.postgresql.stream.ReplicaIdentities.Wanted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How partitioned tables are published. Their rows come as their leaves' in any case, and are brought together by name ({@link CatalogShapes}).
 *
 * @param roots shapes of the partitioned tables by oid
 * @param partitions of all of them
 */
record PublishedPartitions(Map<Long, TableSchema> roots, List<Partition> partitions) {

    /** From here on a published root publishes its partitions, also those that are made later (release notes of 13). */
    private static final int PUBLISHED_ROOTS = 130_000;

    PublishedPartitions {
        roots = Map.copyOf(roots);
        partitions = List.copyOf(partitions);
    }

    /** @param shapes of the tables that are to be published */
    static PublishedPartitions look(
            Connection connection, String database, List<Wanted> tables, List<TableSchema> shapes) throws SQLException {
        Set<Long> partitioned = partitioned(connection, tables);
        Map<Long, TableSchema> roots = new HashMap<>();
        for (TableSchema shape : shapes) {
            if (partitioned.remove(shape.version())) {
                roots.put(shape.version(), shape);
            }
        }
        if (!partitioned.isEmpty()) {
            throw changed("a table was made anew with partitions");
        }
        return new PublishedPartitions(roots, PartitionReader.read(connection, database, roots.keySet()));
    }

    private static Set<Long> partitioned(Connection connection, List<Wanted> tables) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT oid FROM pg_class WHERE oid = ANY (CAST(? AS oid[])) AND relkind = 'p'")) {
            query.setString(
                    1, CatalogSession.oids(tables.stream().map(Wanted::oid).toList()));
            Set<Long> oids = new TreeSet<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    oids.add(row.getLong(1));
                }
            }
            return oids;
        }
    }

    static SyncException changed(String what) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "source: " + what
                        + ". Rows that came or went with it are in no log, so the destination may lack or keep them.",
                "Run clean for this task, adapt or drop the destination table, and start it again.");
    }

    KnownPartitions known() {
        return KnownPartitions.of(roots.keySet(), partitions);
    }

    /**
     * What is named in the publication. A root stands for its partitions where each new one gets a usable replica identity with its primary key: elsewhere the server
     * would refuse the application's UPDATE on a partition that it makes (T7), so that there, and before 13, the present leaves are named.
     */
    List<Wanted> publishedOf(List<Wanted> tables, int serverVersion) {
        List<Wanted> published = new ArrayList<>();
        for (Wanted table : tables) {
            TableSchema root = roots.get(table.oid());
            if (root == null || (serverVersion >= PUBLISHED_ROOTS && givesKeys(root))) {
                published.add(table);
            } else {
                partitions.stream()
                        .filter(partition -> partition.root() == table.oid() && partition.isLeaf())
                        .map(partition -> new Wanted(partition.oid(), partition.id(), Optional.empty()))
                        .forEach(published::add);
            }
        }
        return published;
    }

    private static boolean givesKeys(TableSchema root) {
        Key key = root.key();
        return key.kind() == Key.Kind.PRIMARY
                && !key.deferrable()
                && key.columns().stream().map(root.columns()::get).noneMatch(column -> column.generated());
    }

    /**
     * Partitions, with the code of a replica identity that would not carry the key of their root's rows.
     *
     * @param whole tables of which whole old rows are wanted
     */
    List<Wanted> identities(Set<TableId> whole) {
        return partitions.stream()
                .filter(partition -> !partition.isForeign())
                .map(partition -> new Wanted(partition.oid(), partition.id(), lacking(partition, whole)))
                .toList();
    }

    private Optional<String> lacking(Partition partition, Set<TableId> whole) {
        TableSchema root = roots.get(partition.root());
        if (root == null) {
            throw new IllegalStateException("a partition is read with its root");
        }
        Set<String> key = root.key().columns().stream()
                .map(index -> root.columns().get(index).name())
                .collect(Collectors.toSet());
        if (partition.logsKey(whole.contains(root.table()) ? Set.of() : key)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (partition.identity()) {
                    case "d" -> "d";
                    case "i" -> partition.identityIndex() == 0 ? "n" : "i:" + partition.identityIndex();
                    default -> "n";
                });
    }
}
