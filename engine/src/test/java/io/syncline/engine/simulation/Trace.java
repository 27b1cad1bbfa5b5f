package io.syncline.engine.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/** What happened, in order: a digest of all of it, and the last of it in words. */
final class Trace {

    private static final int KEPT = 400;

    private final Deque<String> last = new ArrayDeque<>();
    private final boolean isPrinted = Boolean.getBoolean("syncline.simulation.trace");
    private long digest = 17;
    private int events;
    private final Map<String, Integer> counts = new TreeMap<>();

    /** Notes that something happened which stories must not do without. */
    void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    Map<String, Integer> counts() {
        return counts;
    }

    void add(String event) {
        digest = digest * 1_000_003 + event.hashCode();
        events++;
        if (isPrinted) {
            System.out.println(event);
        }
        last.add(event);
        if (last.size() > KEPT) {
            last.remove();
        }
    }

    long digest() {
        return digest;
    }

    int events() {
        return events;
    }

    /** The last events, a line each. */
    @Override
    public String toString() {
        return String.join("\n", last);
    }
}
