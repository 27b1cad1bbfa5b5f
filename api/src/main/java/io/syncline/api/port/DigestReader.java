package io.syncline.api.port;

import io.syncline.api.model.Origin;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableSchema;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Digests of rows as one end stores them. Both ends of a comparison give the same digest for rows whose values have the same text form in the destination's types
 * (T45); the digest of several rows is the sum of theirs, so that order does not count and equal rows count as often as they occur.
 */
public interface DigestReader {

    /**
     * A column that counts.
     *
     * @param name at this end
     * @param as the type in whose text form it counts, the destination's; cast to when the column's own differs
     */
    record Compared(String name, String as) {}

    /**
     * Columns that count, the same on both ends in the same order.
     *
     * @param key indexes into {@code columns} of the key; empty for a table without one
     * @param origin of the rows that count, in a merged table; null: all do
     */
    record Shape(
            TableSchema table,
            List<Compared> columns,
            List<Integer> key,
            @Nullable Origin origin) {
        public Shape {
            columns = List.copyOf(columns);
            key = List.copyOf(key);
        }

        public Shape(TableSchema table, List<Compared> columns, List<Integer> key) {
            this(table, columns, key, null);
        }
    }

    /**
     * @param rows how many
     * @param sum of the rows' 64-bit digests
     */
    record Digest(long rows, BigInteger sum) {}

    /** A row's key, in the order of {@link Shape#key()}, and the whole row's digest. */
    record KeyedDigest(Row key, long digest) {}

    /**
     * Per bucket of the key's text form (of the whole row where there is no key) the digest of its rows; buckets without rows are missing.
     *
     * @param buckets how many buckets; a power of two up to 65,536
     */
    Map<Integer, Digest> buckets(Shape shape, int buckets);

    /** The rows of some buckets, one by one, in no order. Only for tables with a key. */
    List<KeyedDigest> rows(Shape shape, int buckets, Collection<Integer> wanted);

    /** The digests of the rows with these keys that exist now; absent keys are missing. */
    List<KeyedDigest> lookup(Shape shape, Collection<Row> keys);

    /** The rows with these keys that exist now, all columns of the shape in their compared text form. For reports that may show values. */
    List<Row> values(Shape shape, Collection<Row> keys);
}
