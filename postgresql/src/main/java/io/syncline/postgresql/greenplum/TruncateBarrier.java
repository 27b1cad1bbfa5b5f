package io.syncline.postgresql.greenplum;

import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.TableSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
     * No segment can go on: two TRUNCATEs that ran at once came to the segments in different orders, or some segments were read from behind one on. Rows between cannot be told in an order that is right for all.
     *
     * @return what waited, by segment; all segments go on then
     */
    Map<SegmentReading, Truncate> giveUp() {
        Map<SegmentReading, Truncate> waited = new LinkedHashMap<>(waiting);
        waiting.clear();
        return waited;
    }

    /** Of a TRUNCATE the tables of which each segment has rows of its own. */
    Set<TableSchema> spread(Truncate truncate) {
        return Stream.concat(
                        truncate.tables().stream(), truncate.parts().stream().map(Truncate.Part::table))
                .filter(replicated.negate())
                .collect(Collectors.toSet());
    }

    /** Of a TRUNCATE the tables that every segment has whole; empty when there are none. */
    Optional<Truncate> replicated(Truncate truncate) {
        Truncate some = new Truncate(
                truncate.tables().stream().filter(replicated).toList(),
                truncate.parts().stream()
                        .filter(part -> replicated.test(part.table()))
                        .toList(),
                truncate.cascade(),
                truncate.restartIdentity());
        return some.tables().isEmpty() && some.parts().isEmpty() ? Optional.empty() : Optional.of(some);
    }

    private SegmentTruncate shared(Truncate truncate) {
        return SegmentTruncate.of(truncate, replicated.negate());
    }
}
