package io.syncline.api.task;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code objects}: what is taken and where it goes.
 *
 * @param pattern {@code schema.table}, each part a glob ({@code *}, {@code ?}), case-sensitive, in SQL double quotes when it holds dots, stars or quotes
 * @param to the destination's schema and table, or null: the same names, capitalized as the task says
 * @param columns the chosen columns; empty = all
 * @param renamed destination name by source column name
 * @param filter an SQL condition over source columns: rows for which it is not true are not carried; or null
 * @param computed columns whose values are computed, by their destination names
 * @param operations the kinds of change that are carried; empty: as {@link Policies} says
 * @param partitions what becomes of partitioned tables
 * @param merge how the rows share the destination table with those of other source tables; null: they do not
 * @param refresh how often a table is loaded anew as a whole, instead of its changes being followed; null: they are followed
 * @param placement how tables are made at a destination that has segments
 */
public record ObjectRule(
        ObjectPattern pattern,
        @Nullable ObjectTarget to,
        List<String> columns,
        Map<String, String> renamed,
        @Nullable SqlExpression filter,
        Map<String, ComputedColumn> computed,
        Set<Operation> operations,
        Partitions partitions,
        @Nullable Merge merge,
        @Nullable Duration refresh,
        Placement placement) {

    public ObjectRule {
        columns = List.copyOf(columns);
        renamed = Map.copyOf(renamed);
        computed = Collections.unmodifiableMap(new LinkedHashMap<>(computed));
        operations = Set.copyOf(operations);
    }

    public static ObjectRule of(ObjectPattern pattern) {
        return new ObjectRule(
                pattern,
                null,
                List.of(),
                Map.of(),
                null,
                Map.of(),
                Set.of(),
                Partitions.KEEP,
                null,
                null,
                Placement.DEFAULT);
    }
}
