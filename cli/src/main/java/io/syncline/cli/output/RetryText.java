package io.syncline.cli.output;

import io.syncline.api.port.TaskIdentity;
import io.syncline.engine.task.EffectiveRetry;
import io.syncline.engine.task.EffectiveRetry.Window;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long a task's run tries again, and whose windows these are, for people and for programs. */
record RetryText(EffectiveRetry retry) {

    private static final long MILLIS = 60_000;

    /** The ends are named where they differ. */
    String line() {
        String connections = retry.source().equals(retry.destination())
                ? "connection " + words(retry.source())
                : "source " + words(retry.source()) + ", destination " + words(retry.destination());
        return connections + ", other " + words(retry.other());
    }

    Map<String, @Nullable Object> fields() {
        return new Fields()
                .put("source", fields(retry.source()))
                .put("destination", fields(retry.destination()))
                .put("otherMinutes", minutes(retry.other()))
                .map();
    }

    private static Map<String, @Nullable Object> fields(Window window) {
        TaskIdentity whose = window.whose();
        return new Fields()
                .put("connectionMinutes", minutes(window.length()))
                .put("ofTask", whose == null ? null : whose.name())
                .put("ofId", whose == null ? null : whose.id())
                .map();
    }

    private static String words(Window window) {
        TaskIdentity whose = window.whose();
        return words(window.length())
                + (whose == null ? "" : " (of the task " + whose.name() + ", id " + whose.id() + ")");
    }

    private static String words(Duration length) {
        return minutes(length) + " m";
    }

    /** Most are whole. */
    private static Number minutes(Duration length) {
        long millis = length.toMillis();
        if (millis % MILLIS == 0) {
            return millis / MILLIS;
        }
        return (double) millis / MILLIS;
    }
}
