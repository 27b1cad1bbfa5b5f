package io.syncline.api.port;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableSchema;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * Digests of rows as one end stores them. Both ends of a comparison give the same digest for rows whose values have the same text form; the digest of several
 * rows is the sum of theirs, so that order does not count and equal rows count as often as they occur.
 */
public interface DigestReader {

    /**
     * @param rows how many
     * @param sum of the rows' 64-bit digests
     */
    record Digest(long rows, BigInteger sum) {}

    /** A row's key, complete in the key columns, and the row's own digest. */
    record KeyedDigest(Row key, long digest) {}

    /**
     * Per bucket of the key's text form (of the whole row where there is no key) the digest of its rows; buckets without rows are missing.
     *
     * @param columns the names of the columns that count, in this order; both ends are asked for corresponding ones
     * @param buckets how many buckets; a power of two up to 65,536
     */
    Map<Integer, Digest> buckets(TableSchema table, List<String> columns, int buckets);

    /** The rows of one bucket, one by one. Only for tables with a key. */
    List<KeyedDigest> rows(TableSchema table, List<String> columns, int buckets, int bucket);

    /** The digests of the rows with these keys that exist now; absent keys are missing. */
    List<KeyedDigest> lookup(TableSchema table, List<String> columns, List<Row> keys);
}
