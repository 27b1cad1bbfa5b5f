package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.port.Source;
import io.syncline.api.task.Task;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the ledger row that a task file means: by its id when the file names one; else by name and source address; else by name and source database, so that a
 * source that moved to another address is still known.
 */
final class TaskLocator {

    private final Ledger ledger;

    TaskLocator(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Looks without asking the source, which may be down. */
    Optional<TaskEntry> find(Task task, String sourceAddress) {
        String id = task.id();
        if (id != null) {
            return Optional.of(byId(id));
        }
        return only(
                task,
                ledger.find(task.name()).stream()
                        .filter(entry -> entry.sourceAddress().equals(sourceAddress))
                        .toList());
    }

    Optional<TaskEntry> find(Task task, Source source) {
        Optional<TaskEntry> found = find(task, source.address());
        if (found.isPresent()) {
            return found;
        }
        List<TaskEntry> named = ledger.find(task.name()).stream()
                .filter(entry -> entry.identity() != null)
                .toList();
        if (named.isEmpty()) {
            return Optional.empty();
        }
        String system = source.identity().system();
        return only(
                task,
                named.stream()
                        .filter(entry -> entry.identity() != null
                                && entry.identity().system().equals(system))
                        .toList());
    }

    private TaskEntry byId(String id) {
        return ledger.task(id)
                .orElseThrow(
                        () -> new SyncException(
                                ErrorCode.TASK_UNKNOWN,
                                "the destination's ledger has no task with the id " + id,
                                "Leave the id out of the task file to start a new task, or name an id that the destination knows."));
    }

    private static Optional<TaskEntry> only(Task task, List<TaskEntry> entries) {
        if (entries.size() > 1) {
            String ids = entries.stream().map(entry -> entry.task().id()).collect(Collectors.joining(", "));
            throw new SyncException(
                    ErrorCode.TASK_AMBIGUOUS,
                    "the destination's ledger has several tasks named " + task.name() + " from this source: " + ids,
                    "Say which one is meant with the key id in the task file.");
        }
        return entries.stream().findFirst();
    }
}
