package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long a run tries again: for connections, as long as the least patient of the tasks that share the database. Only tasks of one ledger know of each other.
 *
 * @param source while the source cannot be reached
 * @param destination while the destination cannot be reached
 * @param other for every other transient cause: the task's own, whatever others have
 */
public record EffectiveRetry(Window source, Window destination, Duration other) {

    /** @param whose another task that has it, when it is shorter than the task's own; else null */
    public record Window(Duration length, @Nullable TaskIdentity whose) {

        private Window orShorter(Window that) {
            return that.length.compareTo(length) < 0 ? that : this;
        }
    }

    /** Of a task that knows of no other. */
    static EffectiveRetry of(Retry own) {
        Window connection = new Window(own.connection(), null);
        return new EffectiveRetry(connection, connection, own.other());
    }

    /**
     * Of a task among others. One that no process runs retries nothing, and does not count; nor does one whose windows are not known.
     *
     * @param own as the task has it
     * @param id the task's
     * @param tasks all that are in its ledger, and so share its destination
     */
    static EffectiveRetry of(Retry own, String id, List<TaskEntry> tasks) {
        Optional<TaskEntry> task =
                tasks.stream().filter(entry -> entry.task().id().equals(id)).findFirst();
        EffectiveRetry all = of(own);
        for (TaskEntry entry : tasks) {
            Optional<Retry> retry = AcceptedWords.read(entry.accepted()).retry();
            if (entry.task().id().equals(id) || !TaskService.isAlive(entry) || retry.isEmpty()) {
                continue;
            }
            Window window = new Window(retry.get().connection(), entry.task());
            boolean sameSource = task.isPresent() && haveSameSource(task.get(), entry);
            all = all.orShorter(new EffectiveRetry(sameSource ? window : all.source, window, all.other));
        }
        return all;
    }

    /** Until both have started once, the address alone tells. */
    private static boolean haveSameSource(TaskEntry one, TaskEntry other) {
        SourceIdentity known = one.identity();
        SourceIdentity seen = other.identity();
        return one.sourceAddress().equals(other.sourceAddress())
                || (known != null && seen != null && known.system().equals(seen.system()));
    }

    /** Per end the shorter window of both. */
    EffectiveRetry orShorter(EffectiveRetry that) {
        return new EffectiveRetry(source.orShorter(that.source), destination.orShorter(that.destination), other);
    }

    boolean isShared() {
        return source.whose != null || destination.whose != null;
    }

    /** The window that fits the cause of a failure. */
    Window window(ErrorCode cause) {
        return switch (cause) {
            case SOURCE_UNREACHABLE -> source;
            case DESTINATION_UNREACHABLE -> destination;
            default -> new Window(other, null);
        };
    }

    /** Why a failure is not tried again for longer, to go behind its message; empty when the task's own window is why. */
    Optional<String> reason(ErrorCode cause, Retry own) {
        Window window = window(cause);
        TaskIdentity whose = window.whose;
        String end = cause == ErrorCode.SOURCE_UNREACHABLE ? "source" : "destination";
        return whose == null
                ? Optional.empty()
                : Optional.of("it was tried again for " + words(window.length) + ", the window of the task "
                        + words(whose) + ", which uses the same " + end + "; this task's own is "
                        + words(own.connection()));
    }

    /** What a user should know of it. */
    String notice(Retry own) {
        if (!isShared()) {
            return "Lost connections are tried again for the task's own " + words(own.connection()) + ".";
        }
        return source.equals(destination)
                ? notice("", source, "source and destination", own)
                : Stream.of(
                                notice(" to the source", source, "source", own),
                                notice(" to the destination", destination, "destination", own))
                        .filter(line -> !line.isEmpty())
                        .collect(Collectors.joining(" "));
    }

    private static String notice(String to, Window window, String shared, Retry own) {
        TaskIdentity whose = window.whose;
        return whose == null
                ? ""
                : "Lost connections" + to + " are tried again for " + words(window.length) + ", not for "
                        + words(own.connection()) + ": that is the window of the task " + words(whose)
                        + ", which uses the same " + shared + ".";
    }

    private static String words(TaskIdentity task) {
        return task.name() + " (" + task.id() + ")";
    }

    private static String words(Duration length) {
        return length.toSecondsPart() == 0 && length.toMillisPart() == 0
                ? length.toMinutes() + " minutes"
                : length.toSeconds() + " seconds";
    }
}
