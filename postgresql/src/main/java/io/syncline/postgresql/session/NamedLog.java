package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator has made at the source for a task whose role may not make it, as the task file names it. It is used, and neither altered nor removed.
 *
 * @param publication null when the task makes its own, or none
 * @param slot null when the task makes its own
 */
public record NamedLog(
        @Nullable String publication, @Nullable String slot) {

    /** Everything is the task's own. */
    public static final NamedLog NONE = new NamedLog(null, null);

    /** Reads a source's options that were checked against {@link ConnectionOptions#SCHEMA}. */
    public static NamedLog of(Endpoint source) {
        return new NamedLog(
                source.options().get("publication") instanceof String name ? name : null,
                source.options().get("slot") instanceof String name ? name : null);
    }

    /** A destination has no log that is read. */
    public static void requireNone(Endpoint destination) {
        for (String key : List.of(SegmentAddresses.KEY, LogPlace.KEY)) {
            if (destination.options().containsKey(key)) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "$.destination." + key
                                + " is of a source, whose segments are connected to and whose log is read; at a destination it would mean nothing",
                        "Move it to the source, or leave it out.");
            }
        }
        if (!of(destination).equals(NONE)) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID,
                    "destination: publication and slot are of a source; at a destination they would mean nothing",
                    "Move them to the source, or leave them out.");
        }
    }
}
