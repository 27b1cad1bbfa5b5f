package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * When tables are to be loaded anew: an interval after the moment of which their rows are. A refresh that takes longer than the interval is followed by the next one; what was missed
 * meanwhile is not made up for. For one thread.
 */
final class RefreshTimes {

    /** What is known of a table. */
    sealed interface Known {}

    /** Somebody asked for it, or it is new. */
    record Asked() implements Known {}

    /** A refresh began and did not end, or its rows are of before a gap. */
    record Broken() implements Known {}

    /** @param at the moment of which its rows are */
    record Read(Instant at) implements Known {}

    private final Function<TableId, Duration> intervals;
    private final Map<TableId, Known> tables;

    RefreshTimes(Function<TableId, Duration> intervals, Map<TableId, Known> tables) {
        this.intervals = intervals;
        this.tables = new HashMap<>(tables);
    }

    /** The table whose turn it is; empty when none is due. */
    Optional<TableId> due(Instant now) {
        return tables.keySet().stream()
                .filter(table -> isDue(table, now))
                .min(Comparator.comparing(this::dueAt).thenComparing(Comparator.naturalOrder()));
    }

    boolean isAsked(TableId table) {
        return tables.get(table) instanceof Asked;
    }

    void read(TableId table, Instant at) {
        tables.put(table, new Read(at));
    }

    /** A moment that is still to come was another machine's, or before this one's clock was put right: nothing tells how old the rows are. */
    private boolean isDue(TableId table, Instant now) {
        return !dueAt(table).isAfter(now) || (tables.get(table) instanceof Read(Instant at) && at.isAfter(now));
    }

    private Instant dueAt(TableId table) {
        return switch (tables.get(table)) {
            case Read(Instant at) -> at.plus(intervals.apply(table));
            case Asked _, Broken _ -> Instant.EPOCH;
            case null -> throw new IllegalStateException("nothing is known of " + table);
        };
    }
}
