package io.syncline.engine.stream;

import io.syncline.api.model.ChangeEvent.Delete;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.Update;
import io.syncline.api.model.Row;
import org.jspecify.annotations.Nullable;

/** How much memory a change takes from when it is read until it is applied; rounded up, since a bound that is too low is none (I5). */
final class ChangeSize {

    /** The event, its places in the lists of queue, batch and round, and what coalescing keeps for it. */
    private static final long CHANGE = 256;

    private static final long ROW = 48;
    private static final long COLUMN = 2 * Integer.BYTES;

    private ChangeSize() {}

    static long of(RowChange change) {
        return CHANGE
                + switch (change) {
                    case Insert insert -> row(insert.after());
                    // The union of several images may be a copy.
                    case Update update -> row(update.before()) + 2 * row(update.after());
                    case Delete delete -> row(delete.before());
                };
    }

    private static long row(@Nullable Row row) {
        return row == null ? 0 : ROW + COLUMN * row.columns() + row.byteSize();
    }
}
