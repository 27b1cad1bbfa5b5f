package io.syncline.engine.stream.coalesce;

import io.syncline.api.model.Row;
import org.jspecify.annotations.Nullable;

/** One row of a table through a round. */
final class NetRow {

    /** Holds the key at the round's start; null for a row that the round inserted. */
    final @Nullable Row start;

    /** The union of the images so far; null while the row is deleted. */
    @Nullable
    Row image;

    /** True when the row had another key in the round, even if it came back. */
    boolean moved;

    /** The next row that has the same key at this moment; only under a deferrable key. */
    @Nullable
    NetRow next;

    NetRow(@Nullable Row start, @Nullable Row image) {
        this.start = start;
        this.image = image;
    }

    /** Takes over a newer image. */
    void over(Row newer) {
        image = image == null ? newer : newer.over(image);
    }
}
