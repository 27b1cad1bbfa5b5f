package io.syncline.engine.stream;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Row;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.api.port.Ledger.RefetchEntry;
import io.syncline.api.port.RowFetcher;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows whose images in the log were not enough, waiting to be read again (T5): the third unit of work beside chunk and batch. For the applying thread. */
final class Refetch {

    /** So many keys are kept in memory before they are read without waiting for the end of catching up (I5). */
    private static final int MOST_KEYS = 20_000;

    private static final int MOST_AT_ONCE = 1_000;

    private final StreamId stream;
    private final RowFetcher rows;
    private final ShapedChanges shaping;
    private final Applier applier;
    private final long budget;
    private final Map<RefetchEntry, RefetchRequest> open = new LinkedHashMap<>();
    /** How many keys are asked for at once: grows and shrinks with the size of the rows that come back (I5). */
    private int atOnce = 16;

    /** @param budget about how many bytes of rows are read at once */
    Refetch(StreamId stream, RowFetcher rows, ShapedChanges shaping, Applier applier, long budget) {
        this.stream = stream;
        this.rows = rows;
        this.shaping = shaping;
        this.applier = applier;
        this.budget = budget;
    }

    /** Adds requests that the ledger holds. */
    void add(List<RefetchRequest> requests) {
        for (RefetchRequest request : requests) {
            open.put(RefetchKeys.entry(stream, request), shaping.original(request));
        }
    }

    boolean isOpen() {
        return !open.isEmpty();
    }

    boolean isCrowded() {
        return open.size() > MOST_KEYS;
    }

    /**
     * Reads some rows and writes them in a destination transaction of their own, which leaves the stream's position as it is.
     *
     * @return where they were read
     */
    Position step(Position applied) {
        List<RefetchEntry> entries = new ArrayList<>();
        List<Row> asked = new ArrayList<>();
        TableRoute route = gather(entries, asked);
        RowFetcher.Fetched fetched = rows.fetch(route.source(), asked);
        Position readAt = fetched.readAt().of(stream);
        if (readAt == null) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "rows of " + route.source().table() + " were read again at a position that says nothing of stream "
                            + stream,
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
        List<Row> found = shaping.rows(route, fetched.rows());
        try (Applier.Transaction transaction = applier.begin(applied)) {
            transaction.refetched(shaping.route(route), shaping.keys(route, asked), found, fetched.readAt());
            transaction.commit(applied);
        }
        entries.forEach(open::remove);
        adjust(fetched.rows());
        return readAt;
    }

    /** Some open requests of one table. */
    private TableRoute gather(List<RefetchEntry> entries, List<Row> asked) {
        TableRoute route = open.values().iterator().next().route();
        Iterator<Map.Entry<RefetchEntry, RefetchRequest>> next = open.entrySet().iterator();
        while (next.hasNext() && asked.size() < atOnce) {
            Map.Entry<RefetchEntry, RefetchRequest> entry = next.next();
            if (entry.getKey().source().equals(route.source().table())) {
                entries.add(entry.getKey());
                asked.add(entry.getValue().key());
            }
        }
        return route;
    }

    private void adjust(List<Row> found) {
        long bytes = 1 + found.stream().mapToLong(Row::byteSize).sum();
        long fits = budget * Math.max(1, found.size()) / bytes;
        atOnce = (int) Math.clamp(fits, 1, Math.min(2L * atOnce, MOST_AT_ONCE));
    }
}
