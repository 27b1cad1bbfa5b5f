package io.syncline.postgresql.greenplum;

import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What makes the events of two segments the same TRUNCATE.
 *
 * @param tables the versions of those that are emptied as a whole
 * @param parts the partitions
 */
record SegmentTruncate(Set<Long> tables, Set<TableId> parts) {

    static final SegmentTruncate NOTHING = new SegmentTruncate(Set.of(), Set.of());

    SegmentTruncate {
        tables = Set.copyOf(tables);
        parts = Set.copyOf(parts);
    }

    /** @param which tables count */
    static SegmentTruncate of(Truncate truncate, Predicate<TableSchema> which) {
        return new SegmentTruncate(
                truncate.tables().stream()
                        .filter(which)
                        .map(TableSchema::version)
                        .collect(Collectors.toSet()),
                truncate.parts().stream()
                        .filter(part -> which.test(part.table()))
                        .map(Truncate.Part::name)
                        .collect(Collectors.toSet()));
    }
}
