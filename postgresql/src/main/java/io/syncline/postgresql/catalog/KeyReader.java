package io.syncline.postgresql.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses for each table the index by which its rows are found:
 *
 * <ol>
 *   <li>the replica identity index, where one is named: the log then carries its columns of the old row and no others;
 *   <li>the primary key, also under REPLICA IDENTITY FULL;
 *   <li>of the unique indexes over NOT NULL columns, without condition and expressions, the one that needs no deferring, holds no generated column, has the fewest
 *       columns, and the first name.
 * </ol>
 */
public final class KeyReader {

    /**
     * Only indexes that are complete and enforced (pg_index: indisvalid, indisready) and whose columns are all NOT NULL. A NOT NULL constraint that is NOT VALID (18
     * and later) promises nothing.
     */
    private static final String CANDIDATES = """
            SELECT i.indrelid, i.indexrelid, ic.relname, i.indisprimary,
                   i.indisreplident AND c.relreplident = 'i' AS identity,
                   NOT i.indimmediate OR i.indisexclusion AS deferrable,
                   i.indkey::text AS attributes, i.indnkeyatts AS indnkeyatts, k.generated
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN pg_index i ON i.indrelid = c.oid
              JOIN pg_class ic ON ic.oid = i.indexrelid
             CROSS JOIN LATERAL (
                   SELECT bool_and(a.attnotnull AND NOT EXISTS (
                                   SELECT FROM pg_constraint nn
                                    WHERE nn.conrelid = c.oid AND nn.contype = 'n' AND NOT nn.convalidated
                                      AND nn.conkey = ARRAY[a.attnum])) AS complete,
                          bool_or(a.attgenerated <> '') AS generated
                     FROM unnest(i.indkey) WITH ORDINALITY AS part (attnum, position)
                     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = part.attnum
                    WHERE part.position <= i.indnkeyatts) k
             WHERE i.indisunique AND i.indisvalid AND i.indisready
               AND i.indpred IS NULL AND i.indexprs IS NULL
               AND k.complete""";

    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparing(
                    (Candidate c) -> !c.index().replicaIdentity())
            .thenComparing(c -> !c.index().primary())
            .thenComparing(c -> c.index().deferrable())
            .thenComparing(Candidate::generated)
            .thenComparingInt(c -> c.index().attributes().size())
            .thenComparing(c -> c.index().name());

    private KeyReader() {}

    private record Candidate(long table, KeyIndex index, boolean generated) {}

    /** The chosen index by the table's oid; tables without one are missing. */
    public static Map<Long, KeyIndex> read(CatalogSession session, Collection<Long> tables) {
        List<Candidate> candidates = session.query(CANDIDATES, KeyReader::candidate, CatalogSession.oids(tables));
        Map<Long, Candidate> best = new HashMap<>();
        for (Candidate candidate : candidates) {
            best.merge(candidate.table(), candidate, (one, other) -> BEST_FIRST.compare(one, other) <= 0 ? one : other);
        }
        Map<Long, KeyIndex> chosen = new HashMap<>();
        best.forEach((table, candidate) -> chosen.put(table, candidate.index()));
        return chosen;
    }

    private static Candidate candidate(ResultSet row) throws SQLException {
        List<Integer> attributes = Arrays.stream(row.getString("attributes").split(" ", -1))
                .limit(row.getInt("indnkeyatts"))
                .map(Integer::valueOf)
                .toList();
        KeyIndex index = new KeyIndex(
                row.getLong("indexrelid"),
                row.getString("relname"),
                row.getBoolean("indisprimary"),
                row.getBoolean("identity"),
                row.getBoolean("deferrable"),
                attributes);
        return new Candidate(row.getLong("indrelid"), index, row.getBoolean("generated"));
    }
}
