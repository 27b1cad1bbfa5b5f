package io.syncline.api.apply;

import io.syncline.api.model.TableId;
import java.time.Instant;
import java.util.List;

/**
 * A change that did not find the destination as the source was, and what became of it.
 *
 * @param table at the destination
 * @param key text forms of the change's key, in the order of the key's columns; empty for a table without a key
 * @param removed the key of another row that was deleted for it, in the same form; empty when there was none
 * @param notedAt on the destination's clock
 */
public record Conflict(
        TableId table, Kind kind, Outcome outcome, List<String> key, List<String> removed, Instant notedAt) {

    /** What was found. */
    public enum Kind {
        /** A row that was to be loaded collides with one that was there before. */
        LOAD_FINDS_ROW,
        INSERT_FINDS_KEY,
        /** An INSERT or UPDATE collides with another row in a unique index. */
        UNIQUE_VALUE_TAKEN,
        UPDATE_FINDS_NONE,
        DELETE_FINDS_NONE
    }

    /** What was done. */
    public enum Outcome {
        /** The source's row is there now. */
        WRITTEN,
        /** The other row is gone, and the source's is there now. */
        OTHER_REMOVED,
        /** The row is read again from the source. */
        READ_AGAIN,
        /** The destination is as it was. */
        LEFT
    }

    /** How many there were of a kind in a table, since the task began. */
    public record Count(TableId table, Kind kind, Outcome outcome, long conflicts) {}

    /** @param last the last ones, newest first, a bounded number */
    public record Report(List<Count> counts, List<Conflict> last) {

        public static final Report NONE = new Report(List.of(), List.of());

        public Report {
            counts = List.copyOf(counts);
            last = List.copyOf(last);
        }

        public long total() {
            return counts.stream().mapToLong(Count::conflicts).sum();
        }
    }

    public Conflict {
        key = List.copyOf(key);
        removed = List.copyOf(removed);
    }
}
