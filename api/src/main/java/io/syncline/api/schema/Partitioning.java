package io.syncline.api.schema;

import io.syncline.api.model.TableId;
import org.jspecify.annotations.Nullable;

/**
 * A table's place in a tree of partitions.
 *
 * @param key how its own rows are divided, {@code RANGE (placed_at)}; null for a table that holds rows itself
 * @param parent the table that it is a partition of, or null
 * @param bound which of the parent's rows it holds, {@code FOR VALUES ...} or {@code DEFAULT}; null without a parent
 */
public record Partitioning(
        @Nullable String key,
        @Nullable TableId parent,
        @Nullable String bound) {

    /** An ordinary table. */
    public static final Partitioning NONE = new Partitioning(null, null, null);

    public Partitioning {
        if ((parent == null) != (bound == null)) {
            throw new IllegalArgumentException("a partition has a parent and a bound");
        }
    }

    public boolean isPartition() {
        return parent != null;
    }
}
