package io.syncline.postgresql.stream.pgoutput;

import io.syncline.api.model.TableSchema;

/** Completes what the log says of a table by what only the catalog knows. */
@FunctionalInterface
public interface RelationShapes {

    /**
     * The shape of rows that follow the message. It holds every column of the message, under its name; further columns are those whose values the log never carries.
     *
     * @throws io.syncline.api.error.SyncException SOURCE_SCHEMA_CHANGED when the catalog does not know a type any more
     */
    TableSchema shape(RelationMessage message);
}
