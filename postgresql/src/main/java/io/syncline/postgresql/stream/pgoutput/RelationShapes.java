package io.syncline.postgresql.stream.pgoutput;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Completes what the log says of a table by what only the catalog knows. */
@FunctionalInterface
public interface RelationShapes {

    /**
     * The shape of rows that follow the message; those of a partition are rows of its partitioned table, whose oid is the shape's version. It holds every column of the message, under its name; further columns are those whose values the log never carries.
     *
     * @throws io.syncline.api.error.SyncException SOURCE_SCHEMA_CHANGED when the catalog does not know a type any more
     */
    TableSchema shape(RelationMessage message);

    /**
     * What a message of a transaction, not of a row, says of a table; null when it is an application's, or says nothing yet.
     *
     * @throws io.syncline.api.error.SyncException SOURCE_SCHEMA_CHANGED when what a table became is not known
     */
    default @Nullable ChangeEvent message(String prefix, String content) {
        return null;
    }

    /** The partitions that hold a table's rows, by oid, with the names that they are known by; none for a table that holds its rows itself. */
    default Map<Long, TableId> leavesOf(long table) {
        return Map.of();
    }
}
