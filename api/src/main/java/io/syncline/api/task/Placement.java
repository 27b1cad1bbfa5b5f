package io.syncline.api.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a table is made at a destination whose rows lie on segments; nothing of it said: as the source's key and the server have it.
 *
 * @param primaryKey destination columns of the primary key, in place of the source's; empty: the source's
 * @param distributedBy destination columns whose values say where a row lies; empty: those of the key
 * @param tableType null: {@link TableType#HASH} where the table has a key or {@code distributedBy}, else as the server chooses
 * @param storage null: as the server chooses
 */
public record Placement(
        List<String> primaryKey,
        List<String> distributedBy,
        @Nullable TableType tableType,
        @Nullable Storage storage) {

    /** Nothing is said. */
    public static final Placement DEFAULT = new Placement(List.of(), List.of(), null, null);

    /** Where rows lie. */
    public enum TableType {
        /** By the values of some columns. */
        HASH,
        /** All of them on each segment. */
        REPLICATED,
        /** Anywhere. */
        RANDOM
    }

    /** How a segment keeps them: the table access methods of Greenplum, and {@code beam} of AnalyticDB for PostgreSQL. */
    public enum Storage {
        HEAP,
        AO_ROW,
        AO_COLUMN,
        BEAM;

        public boolean isAppendOptimised() {
            return this == AO_ROW || this == AO_COLUMN;
        }
    }

    public Placement {
        primaryKey = List.copyOf(primaryKey);
        distributedBy = List.copyOf(distributedBy);
    }

    public boolean isSaid() {
        return !equals(DEFAULT);
    }
}
