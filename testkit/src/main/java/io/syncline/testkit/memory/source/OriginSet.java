package io.syncline.testkit.memory.source;

import io.syncline.api.model.Position;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The transactions of several origins that a log holds, up to a number for each, as a GTID set does. Two such sets may each hold what the other lacks. Text:
 * {@code a:3,b:5}.
 */
public record OriginSet(SortedMap<String, Long> upTo) implements Position {

    static final OriginSet EMPTY = new OriginSet(new TreeMap<>());

    public OriginSet {
        upTo = Collections.unmodifiableSortedMap(new TreeMap<>(upTo));
    }

    static OriginSet parse(String text) {
        SortedMap<String, Long> upTo = new TreeMap<>();
        if (!text.isEmpty()) {
            for (String part : text.split(",", -1)) {
                int colon = part.indexOf(':');
                upTo.put(part.substring(0, colon), Long.parseLong(part.substring(colon + 1)));
            }
        }
        return new OriginSet(upTo);
    }

    long of(String origin) {
        return upTo.getOrDefault(origin, 0L);
    }

    OriginSet with(String origin, long number) {
        SortedMap<String, Long> changed = new TreeMap<>(upTo);
        changed.put(origin, number);
        return new OriginSet(changed);
    }

    @Override
    public boolean reached(Position target) {
        Map<String, Long> wanted = ((OriginSet) target).upTo;
        return wanted.entrySet().stream().allMatch(entry -> of(entry.getKey()) >= entry.getValue());
    }

    @Override
    public Position merge(Position other) {
        SortedMap<String, Long> merged = new TreeMap<>(upTo);
        ((OriginSet) other).upTo.forEach((origin, number) -> merged.merge(origin, number, Math::max));
        return new OriginSet(merged);
    }

    @Override
    public String text() {
        return upTo.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}
