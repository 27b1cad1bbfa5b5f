package io.syncline.engine.stream;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.RowShaper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For routes on which rows are written as they are. */
final class NoShaper implements RowShaper {

    @Override
    public List<@Nullable Row> shape(TableRoute route, List<Row> rows) {
        throw new AssertionError("nothing is to be shaped");
    }

    @Override
    public void close() {}
}
