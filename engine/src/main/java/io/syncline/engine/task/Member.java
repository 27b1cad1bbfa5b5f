package io.syncline.engine.task;

import io.syncline.api.task.Task;
import org.jspecify.annotations.Nullable;

/**
 * A task for one database of a task file.
 *
 * @param task between the two databases
 * @param server the same task between the databases through which others are looked up and made; null when the task file is about one database
 */
public record Member(Task task, @Nullable Task server) {

    /** The database at the source, which tells it from the others; null when there are no others. */
    public @Nullable String database() {
        return server == null ? null : task.source().database();
    }
}
