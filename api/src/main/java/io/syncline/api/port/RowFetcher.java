package io.syncline.api.port;

import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableSchema;
import java.util.List;

/** Reads single rows by key in a new snapshot: the third unit of work beside chunk and batch. */
public interface RowFetcher {

    /**
     * @param rows those of the asked keys that exist, complete, in the columns of the asked schema
     * @param readAt an upper bound of what the snapshot sees; durable in the source's log when this returns (T21)
     */
    record Fetched(List<Row> rows, Positions readAt) {}

    /** @param keys rows in the columns of {@code table} of which only the key columns are present */
    Fetched fetch(TableSchema table, List<Row> keys);
}
