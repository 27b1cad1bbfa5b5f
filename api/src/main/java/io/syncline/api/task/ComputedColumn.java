package io.syncline.api.task;

import org.jspecify.annotations.Nullable;

/**
 * A destination column whose values are computed.
 *
 * @param value over source columns
 * @param type SQL text of the column's type when the schema stage makes it; null: that of the source's column of this name, else {@code text}
 */
public record ComputedColumn(SqlExpression value, @Nullable String type) {}
