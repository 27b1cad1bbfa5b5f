package io.syncline.testkit.memory.source;

import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.testkit.memory.table.Cells;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of the source.
 *
 * @param stream whose log holds its changes
 * @param fullImages whether the log carries whole old rows; always for a table without a key
 * @param large columns whose long values are not sent when they did not change (unchanged TOAST)
 * @param unique columns that are unique besides the key, one constraint each
 */
public record TableDefinition(
        TableSchema schema, StreamId stream, boolean fullImages, List<Integer> large, List<Integer> unique) {

    /** How many characters make a value large. */
    static final int LARGE = 8;

    public TableDefinition {
        large = List.copyOf(large);
        unique = List.copyOf(unique);
    }

    public TableId id() {
        return schema.table();
    }

    /** All unique constraints, the key first. */
    List<List<Integer>> constraints() {
        List<List<Integer>> constraints = new ArrayList<>();
        if (schema.key().exists()) {
            constraints.add(schema.key().columns());
        }
        unique.forEach(column -> constraints.add(List.of(column)));
        return constraints;
    }

    /** The columns that are not sent when a row changes from one version to another. */
    List<Integer> unchanged(Cells before, Cells after) {
        return large.stream()
                .filter(column -> {
                    String value = after.get(column);
                    return value != null && value.length() >= LARGE && value.equals(before.get(column));
                })
                .toList();
    }
}
