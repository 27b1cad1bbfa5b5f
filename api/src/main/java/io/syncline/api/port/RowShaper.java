package io.syncline.api.port;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates the filters and computed columns of routes, at the destination (docs/design/row-shaping.md). Changes nothing. For one thread. */
public interface RowShaper extends AutoCloseable {

    /**
     * @param route with a shaping
     * @param rows in source columns; all that the shaping reads must be present
     * @return for each row what is written of it, in destination columns, or null when it does not match the filter
     * @throws io.syncline.api.error.SyncException VALUE_REJECTED when an expression fails on a row
     */
    List<@Nullable Row> shape(TableRoute route, List<Row> rows);

    @Override
    void close();
}
