package io.syncline.engine.task;

import io.syncline.api.task.Task;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task for one database of a task file.
 *
 * @param task between the two databases
 * @param server the same task between the databases through which others are looked up and made; null when the task file is about one database
 * @param together names at the source of the databases that something is done with at once, its own among them; empty when the task file is about one database
 */
public record Member(Task task, @Nullable Task server, Set<String> together) {

    public Member {
        together = Set.copyOf(together);
    }

    /** Without the others. */
    Member alone() {
        return server == null
                ? this
                : new Member(task, server, Set.of(task.source().database()));
    }

    /** The database at the source, which tells it from the others; null when there are no others. */
    public @Nullable String database() {
        return server == null ? null : task.source().database();
    }
}
