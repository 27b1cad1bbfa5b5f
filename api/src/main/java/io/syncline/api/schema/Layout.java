package io.syncline.api.schema;

import io.syncline.api.task.Placement.Storage;
import io.syncline.api.task.Placement.TableType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a destination keeps the rows of a table, for those whose rows lie on segments.
 *
 * @param type null: the server chooses
 * @param columns for {@link TableType#HASH}, by whose values; else empty
 * @param storage null: the server chooses
 */
public record Layout(
        @Nullable TableType type,
        List<String> columns,
        @Nullable Storage storage) {

    /** Nothing is said, or nothing known. */
    public static final Layout UNSAID = new Layout(null, List.of(), null);

    public Layout {
        columns = List.copyOf(columns);
    }
}
