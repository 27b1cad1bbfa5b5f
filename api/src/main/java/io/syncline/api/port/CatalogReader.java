package io.syncline.api.port;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The tables of one end as its catalog has them now. */
public interface CatalogReader {

    /**
     * A table that rows can be read from or written to.
     *
     * @param schema all columns, generated ones included, and the key
     * @param estimatedRows the server's estimate, -1 when it has none
     * @param bytes the size of the rows on disk, TOAST included, without indexes
     * @param partitioned whether its rows lie in partitions
     */
    record TableInfo(TableSchema schema, long estimatedRows, long bytes, boolean partitioned) {}

    /** Every table whose name is wanted, by name; system schemas and {@code syncline} are never among them (T49). */
    List<TableInfo> tables(Predicate<TableId> wanted);

    /** One table, or empty when it does not exist. */
    Optional<TableSchema> table(TableId table);
}
