package io.syncline.engine.load;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.schema.SchemaObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of one load have to do: chunks, and behind a table's last chunk its keys, of a merged table behind the last of all. Keys go first, so that they are built while other tables are still
 * copied. Thread-safe.
 */
final class LoadBoard {

    sealed interface Job {}

    record Copy(TableRoute route, Chunk chunk) implements Job {}

    /** All chunks of the table are done: mark it loaded and build what finds its rows by key, unless others have yet to be loaded into its destination table. */
    record Complete(TableRoute route, List<SchemaObject> keys) implements Job {
        Complete {
            keys = List.copyOf(keys);
        }
    }

    private final Deque<Copy> copies = new ArrayDeque<>();
    private final Deque<TableRoute> completions = new ArrayDeque<>();
    private final Map<TableRoute, Integer> open = new HashMap<>();
    /** By destination table, as the next one. */
    private final Map<TableId, List<SchemaObject>> keys = new HashMap<>();

    private final Map<TableId, Integer> incomplete = new HashMap<>();
    private int unfinished;

    /** Adds a table with the chunks that are still to be copied; with none, only its keys remain. */
    synchronized void add(TableRoute route, List<Chunk> chunks, List<SchemaObject> keysOfTable) {
        TableId target = route.destination().table();
        unfinished++;
        incomplete.merge(target, 1, Integer::sum);
        keys.put(target, List.copyOf(keysOfTable));
        open.put(route, chunks.size());
        chunks.forEach(chunk -> copies.add(new Copy(route, chunk)));
        if (chunks.isEmpty()) {
            completions.add(route);
        }
    }

    /** The next job, or null when none is free now. */
    synchronized @Nullable Job take() {
        TableRoute completion = completions.poll();
        return completion != null ? new Complete(completion, keysBehind(completion)) : copies.poll();
    }

    private List<SchemaObject> keysBehind(TableRoute route) {
        TableId target = route.destination().table();
        return incomplete.merge(target, -1, Integer::sum) == 0 ? keys.getOrDefault(target, List.of()) : List.of();
    }

    synchronized void copied(TableRoute route) {
        int left = open.merge(route, -1, Integer::sum);
        if (left == 0) {
            completions.add(route);
        }
    }

    synchronized void completed() {
        unfinished--;
    }

    synchronized boolean isDone() {
        return unfinished == 0;
    }

    synchronized List<TableRoute> tables() {
        return new ArrayList<>(open.keySet());
    }

    synchronized int tablesLeft() {
        return unfinished;
    }
}
