package io.syncline.api.apply;

import io.syncline.api.model.Row;
import org.jspecify.annotations.Nullable;

/**
 * What several changes of one row come to.
 *
 * @param key a row, in source columns, whose key columns hold the row's key at the start of the round (T1); null for a row that the round inserts. Other columns of it mean nothing
 * @param image the row at the round's end, in source columns: the union of all columns that were present in any change; null for a deleted row
 */
public record NetChange(@Nullable Row key, @Nullable Row image) {}
