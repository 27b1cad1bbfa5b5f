package io.syncline.postgresql.precheck;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.PrecheckItem;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An item that asks every primary segment of a cluster the same: each has a log of its own, and settings that need not be those of the coordinator.
 *
 * @param look in a session of one segment
 */
record SegmentsItem(SegmentProbes segments, String id, String title, Function<CatalogSession, Finding> look)
        implements PrecheckItem {

    @Override
    public Finding check() {
        SortedMap<Integer, Finding> found = new TreeMap<>();
        try {
            for (Map.Entry<Integer, Probe> segment : segments.all().entrySet()) {
                Optional<CatalogSession> opened = segment.getValue().session();
                if (opened.isEmpty()) {
                    return notChecked("Segment " + segment.getKey());
                }
                try (CatalogSession session = opened.get()) {
                    found.put(segment.getKey(), look.apply(session));
                }
            }
        } catch (SyncException e) {
            return notChecked("A segment of the source");
        }
        return SegmentFindings.together(found);
    }

    private static Finding notChecked(String who) {
        return Finding.warning(
                "not checked",
                who + " could not be asked.",
                "Do what " + SegmentReach.ID + " says first, then run the precheck again.");
    }
}
