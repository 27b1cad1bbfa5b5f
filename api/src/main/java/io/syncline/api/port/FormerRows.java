package io.syncline.api.port;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.SchemaObject;
import java.util.Map;

/** What becomes of the rows that a destination table holds when it is loaded. */
public sealed interface FormerRows {

    /** There are none, or the table is emptied first. */
    record Gone() implements FormerRows {}

    /** They stay, and rows of a chunk that collide with them are left out and counted. */
    record Kept() implements FormerRows {}

    /**
     * Readers see them until all others are there: those are loaded into a shadow table, and take their place in one transaction ({@link Loader#loaded}).
     *
     * @param definitions by destination table: columns and checks that the table lacks are added with the rows; a table that is not named stays as it is
     * @param singlesOut whether refused values are to be singled out as rows are written: a table that may refuse what its shadow takes, one with partitions, is then emptied first
     * @param always a table is never emptied, and nobody sees a part of its rows: also one without rows, and one that may refuse what its shadow takes
     */
    record Replaced(Map<TableId, SchemaObject.Table> definitions, boolean singlesOut, boolean always)
            implements FormerRows {
        public Replaced {
            definitions = Map.copyOf(definitions);
        }
    }

    FormerRows GONE = new Gone();
    FormerRows KEPT = new Kept();
}
