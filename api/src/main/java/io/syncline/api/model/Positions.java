package io.syncline.api.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A position in each stream of a source: where a snapshot stands, or what a task has reached. Immutable; a missing stream means "its beginning". */
public record Positions(Map<StreamId, Position> byStream) {

    public static final Positions NONE = new Positions(Map.of());

    public Positions {
        byStream = Collections.unmodifiableMap(new TreeMap<>(byStream));
    }

    public static Positions of(StreamId stream, Position position) {
        return new Positions(Map.of(stream, position));
    }

    public @Nullable Position of(StreamId stream) {
        return byStream.get(stream);
    }

    /** True when in every stream that {@code target} names this has reached the target's position. */
    public boolean reached(Positions target) {
        return target.byStream.entrySet().stream().allMatch(entry -> {
            Position mine = byStream.get(entry.getKey());
            return mine != null && mine.reached(entry.getValue());
        });
    }

    /** Per stream the least position that has reached both. */
    public Positions merge(Positions other) {
        Map<StreamId, Position> merged = new TreeMap<>(byStream);
        other.byStream.forEach((stream, position) -> merged.merge(stream, position, Position::merge));
        return new Positions(merged);
    }

    public Positions with(StreamId stream, Position position) {
        Map<StreamId, Position> changed = new TreeMap<>(byStream);
        changed.put(stream, position);
        return new Positions(changed);
    }
}
