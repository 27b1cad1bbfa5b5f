package io.syncline.postgresql.greenplum;

import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.TableSchema;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Every segment tells of a TRUNCATE among its own rows: one that has come to it waits here for the others, so that rows of before it, on whichever segment, are told before it, and rows of after it behind
 * it.
 */
final class TruncateBarrier {

    private final int segments;
    private final Predicate<TableSchema> replicated;
    private final Map<SegmentReading, Truncate> waiting = new LinkedHashMap<>();

    /** @param segments how many there are */
    TruncateBarrier(int segments, Predicate<TableSchema> replicated) {
        this.segments = segments;
        this.replicated = replicated;
    }

    boolean isOpen() {
        return waiting.isEmpty();
    }

    boolean holds(SegmentReading segment) {
        return waiting.containsKey(segment);
    }

    /** A TRUNCATE of replicated tables alone concerns the one segment that is believed about them. */
    boolean concerns(Truncate truncate) {
        return !shared(truncate).equals(SegmentTruncate.NOTHING);
    }

    /**
     * @param first the segment that is believed about replicated tables
     * @return what is told once all segments have come to it; all of them go on then
     */
    Optional<Truncate> arrive(SegmentReading segment, Truncate truncate, SegmentReading first) {
        waiting.put(segment, truncate);
        boolean all = waiting.size() == segments
                && waiting.values().stream().map(this::shared).distinct().count() == 1;
        Optional<Truncate> told = all ? Optional.ofNullable(waiting.get(first)) : Optional.empty();
        if (all) {
            waiting.clear();
        }
        return told;
    }

    /**
     * No segment can go on: two TRUNCATEs that ran at once came to the segments in different orders, and rows between them cannot be told in an order that is right for both.
     *
     * @return the tables; all segments go on then
     */
    Set<TableSchema> giveUp() {
        Set<TableSchema> tables = new HashSet<>();
        for (Truncate truncate : waiting.values()) {
            tables.addAll(truncate.tables());
            truncate.parts().forEach(part -> tables.add(part.table()));
        }
        tables.removeIf(replicated);
        waiting.clear();
        return tables;
    }

    private SegmentTruncate shared(Truncate truncate) {
        return SegmentTruncate.of(truncate, replicated.negate());
    }
}
