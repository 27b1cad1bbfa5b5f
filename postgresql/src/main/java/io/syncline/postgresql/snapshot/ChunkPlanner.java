package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts tables into chunks by what they are at present. Nothing is lost when a table grows meanwhile: the last chunk has no upper bound (T4), and a chunk's reader
 * notices when the rows have moved (T3).
 */
final class ChunkPlanner {
    /** From 14 on a condition on ctid reads only the blocks in question (release notes of 14, "TID Range Scan"). */
    private static final int TID_RANGE_SCAN = 140_000;

    /** pg_partition_tree() is of 12. */
    private static final String SIZE = """
            WITH RECURSIVE part (oid) AS (
                SELECT CAST(CAST(? AS regclass) AS oid)
                 UNION ALL
                SELECT i.inhrelid
                  FROM part AS t
                  JOIN pg_catalog.pg_class AS c ON c.oid = t.oid AND c.relkind = 'p'
                  JOIN pg_catalog.pg_inherits AS i ON i.inhparent = t.oid)
            SELECT coalesce(max(pg_catalog.pg_relation_size(oid, 'main')), 0) / current_setting('block_size')::bigint AS blocks,
                   coalesce(sum(pg_catalog.pg_table_size(oid)), 0)::bigint AS bytes
              FROM part""";

    private final PresentSession present;
    private final int serverVersion;

    ChunkPlanner(PresentSession present, int serverVersion) {
        this.present = present;
        this.serverVersion = serverVersion;
    }

    List<Chunk> plan(TableSchema table, long chunkBytes, boolean durable) {
        if (!table.key().exists()) {
            return whole(table); // T26: one destination transaction
        }
        return present.ask("planning table " + table.table(), connection -> {
            Size size = size(connection, table);
            int chunks = size.chunks(chunkBytes);
            if (chunks < 2) {
                return whole(table);
            }
            return durable || serverVersion < TID_RANGE_SCAN
                    ? byKey(table, KeySample.take(connection, table, size.blocks(), chunks))
                    : byPlace(table, size.blocks(), chunks);
        });
    }

    private static List<Chunk> whole(TableSchema table) {
        return List.of(new Chunk(table.table(), 0, new Chunk.Whole()));
    }

    private static List<Chunk> byPlace(TableSchema table, long blocks, int chunks) {
        long step = Math.max(1, Math.ceilDiv(blocks, chunks));
        List<Chunk> plan = new ArrayList<>();
        for (long from = 0; from < blocks; from += step) {
            Long to = from + step < blocks ? from + step : null;
            plan.add(new Chunk(table.table(), plan.size(), new Chunk.PhysicalRange(from, to)));
        }
        return plan;
    }

    private static List<Chunk> byKey(TableSchema table, List<List<String>> bounds) {
        if (bounds.isEmpty()) {
            return whole(table);
        }
        List<Chunk> plan = new ArrayList<>();
        @Nullable List<String> from = null;
        for (List<String> to : bounds) {
            plan.add(new Chunk(table.table(), plan.size(), new Chunk.KeyRange(from, to)));
            from = to;
        }
        plan.add(new Chunk(table.table(), plan.size(), new Chunk.KeyRange(from, null)));
        return plan;
    }

    /** The largest partition's blocks, and the size with TOAST: chunks are cut by the one so that they are about equal in the other. */
    private Size size(Connection connection, TableSchema table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SIZE)) {
            statement.setString(1, Quoting.table(table.table()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Size(row.getLong("blocks"), row.getLong("bytes"));
            }
        }
    }

    /**
     * @param blocks of the main fork of the largest part
     * @param bytes of all parts, TOAST included
     */
    private record Size(long blocks, long bytes) {
        int chunks(long chunkBytes) {
            return (int) Math.min(Integer.MAX_VALUE, Math.min(Math.max(1, blocks), Math.ceilDiv(bytes, chunkBytes)));
        }
    }
}
