package io.syncline.postgresql.greenplum;

import io.syncline.api.model.Position;
import io.syncline.postgresql.session.Lsn;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A place in the logs of a cluster's segments together. Partly ordered: of two places each may be further than the other on some segment. Marks, which are made one after
 * the other, are not.
 *
 * @param bySegment the place in each segment's log, by content id; a segment that is missing stands for its log's beginning
 */
public record SegmentPosition(SortedMap<Integer, Lsn> bySegment) implements Position {

    public SegmentPosition {
        bySegment = Collections.unmodifiableSortedMap(new TreeMap<>(bySegment));
    }

    public SegmentPosition(Map<Integer, Lsn> bySegment) {
        this(new TreeMap<>(bySegment));
    }

    /** Reads {@code 0=1A/2B3C4D5E,1=1A/00000010}. */
    public static SegmentPosition parse(String text) {
        SortedMap<Integer, Lsn> places = new TreeMap<>();
        for (String place : text.split(",", -1)) {
            int equals = place.indexOf('=');
            if (equals < 1
                    || places.put(Integer.valueOf(place.substring(0, equals)), Lsn.parse(place.substring(equals + 1)))
                            != null) {
                throw new IllegalArgumentException("not a position of segments: " + text);
            }
        }
        return new SegmentPosition(places);
    }

    @Nullable
    public Lsn of(int content) {
        return bySegment.get(content);
    }

    /** The content ids of the segments whose places are known. */
    public Collection<Integer> segments() {
        return bySegment.keySet();
    }

    /** Just behind this: an exact snapshot of here holds nothing that is contained from there on. */
    SegmentPosition behind() {
        return new SegmentPosition(bySegment.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, place -> new Lsn(place.getValue().value() + 1))));
    }

    @Override
    public boolean reached(Position target) {
        return ((SegmentPosition) target).bySegment.entrySet().stream().allMatch(place -> {
            Lsn mine = of(place.getKey());
            return mine != null && mine.reached(place.getValue());
        });
    }

    @Override
    public boolean overlaps(Position target) {
        return ((SegmentPosition) target).bySegment.entrySet().stream().anyMatch(place -> {
            Lsn mine = of(place.getKey());
            return mine != null && mine.reached(place.getValue());
        });
    }

    @Override
    public SegmentPosition merge(Position other) {
        SortedMap<Integer, Lsn> merged = new TreeMap<>(bySegment);
        ((SegmentPosition) other)
                .bySegment.forEach((content, place) -> merged.merge(
                        content,
                        place,
                        (mine, theirs) -> Collections.max(java.util.List.of(mine, theirs), Comparator.naturalOrder())));
        return new SegmentPosition(merged);
    }

    @Override
    public String text() {
        return bySegment.entrySet().stream()
                .map(place -> place.getKey() + "=" + place.getValue().text())
                .collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return text();
    }
}
