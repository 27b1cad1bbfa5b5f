package io.syncline.api.port;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.task.Task;
import java.util.List;
import java.util.Set;

/**
 * What a precheck is about.
 *
 * @param routes the chosen tables; destination shapes are derived from the source's where the table does not exist yet
 * @param partitioned destination tables that get the partitions of the source's where the schema stage makes them
 * @param ours destination tables that the ledger lists as made or loaded by this very task: their existence is no finding
 * @param resuming true when the task has started before
 * @param together source databases of all tasks of one task file that start together, this one's among them; empty: the task file is about one database
 * @param sourceVersion {@link Source#version()}, empty when the source could not be asked
 */
public record PrecheckScope(
        Task task,
        List<TableRoute> routes,
        Set<TableId> partitioned,
        Set<TableId> ours,
        boolean resuming,
        Set<String> together,
        String sourceVersion) {

    public PrecheckScope {
        routes = List.copyOf(routes);
        partitioned = Set.copyOf(partitioned);
        ours = Set.copyOf(ours);
        together = Set.copyOf(together);
    }
}
