package io.syncline.api.model;

import io.syncline.api.task.SqlExpression;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the destination makes of a table's rows before they are written: the table {@code SELECT computed FROM source WHERE filter} takes the source table's place
 * (docs/design/row-shaping.md).
 *
 * @param filter rows for which it is not true are left out; null: none
 * @param computed expressions by the index of the destination column that they fill
 * @param reads indexes of the source columns that are needed, ascending
 */
public record Shaping(@Nullable SqlExpression filter, Map<Integer, SqlExpression> computed, List<Integer> reads) {

    public Shaping {
        computed = Map.copyOf(computed);
        reads = List.copyOf(reads);
    }
}
