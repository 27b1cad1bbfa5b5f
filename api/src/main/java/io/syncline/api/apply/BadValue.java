package io.syncline.api.apply;

import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A value that the destination refused, and what became of it (docs/design/bad-values.md).
 *
 * @param table at the destination
 * @param what was refused
 * @param kind how it came
 * @param key text forms of the row's key, in the order of the key's columns; a value that is no text there is written as {@code \x} and its bytes in hex
 * @param notedAt on the destination's clock
 */
public record BadValue(TableId table, Refused what, Kind kind, Outcome outcome, List<String> key, Instant notedAt) {

    /** How a row came. */
    public enum Kind {
        LOAD,
        INSERT,
        UPDATE
    }

    /** What was done. */
    public enum Outcome {
        /** The column is NULL. */
        SET_NULL,
        /** The row is in quarantine. */
        QUARANTINED
    }

    /**
     * What the destination says.
     *
     * @param state the SQLSTATE, which is the class of the value
     * @param column that refuses its value; empty when the row as a whole is refused
     * @param constraint that does not hold; empty when there is none
     */
    public record Refused(String state, String column, String constraint) {}

    /** How many there were of a kind in a table, since the task began. */
    public record Count(TableId table, Refused what, Outcome outcome, long values) {}

    /**
     * Rows that are in quarantine now.
     *
     * @param source their table at the source
     */
    public record Quarantined(TableId source, long rows) {}

    /** @param last the last ones, newest first, a bounded number */
    public record Report(List<Count> counts, List<BadValue> last, List<Quarantined> quarantined) {

        public static final Report NONE = new Report(List.of(), List.of(), List.of());

        public Report {
            counts = List.copyOf(counts);
            last = List.copyOf(last);
            quarantined = List.copyOf(quarantined);
        }

        public long total() {
            return counts.stream().mapToLong(Count::values).sum();
        }
    }

    public BadValue {
        key = List.copyOf(key);
    }

    /**
     * What becomes of bad values in a table when this is asked for. Rows that no key tells apart at all times cannot be found again after they were changed or left out, and values that
     * pass a filter or an expression are refused there: such tables stop. So does one whose inserted rows are not carried instead of having rows in quarantine, since a row that comes back
     * from there is inserted.
     *
     * @param operations the kinds of change that are carried of the table
     */
    public static BadValues policy(BadValues asked, TableRoute route, Set<Operation> operations) {
        Key key = route.destination().key();
        boolean found = key.exists() && !key.deferrable() && route.shaping() == null;
        boolean comesBack = asked != BadValues.QUARANTINE || operations.contains(Operation.INSERT);
        return found && comesBack ? asked : BadValues.STOP;
    }
}
