package io.syncline.engine.stream;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import java.util.Optional;

/** What a task says of tables whose names and shapes the source alters. */
public interface Selection {

    /** The way of a table of some shape, as the task's rules have it, to a destination table of the same shape; empty when they do not choose its name. */
    Optional<TableRoute> way(TableSchema source);

    /** Whether the rules of two chosen names differ in nothing but where they lead to. */
    boolean alike(TableId one, TableId other);

    /** Whether a table that is carried can be loaded anew. */
    boolean loadable(TableSchema source);

    /** Whether a table that is carried is loaded anew when its rows come in a shape, or under a name, that nobody told of. */
    boolean loadsUntold(TableSchema source);

    /**
     * Whether a table that is not carried should be: its name is chosen, and it is still there under it.
     *
     * @param version of the table, as {@link TableSchema#version()}
     */
    boolean lacks(TableId table, long version);

    /** Has a table taken up that the task lacks, once what was read so far is applied; false when the task takes none up. */
    boolean takesUp();
}
