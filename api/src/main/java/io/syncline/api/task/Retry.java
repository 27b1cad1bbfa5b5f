package io.syncline.api.task;

import java.time.Duration;

/**
 * How long a task tries again by itself before it fails.
 *
 * @param connection for lost or refused connections, 10 to 1440 minutes
 * @param other for every other transient cause, 1 to 1440 minutes, shorter than {@code connection}
 */
public record Retry(Duration connection, Duration other) {

    public static final Retry DEFAULT = new Retry(Duration.ofMinutes(720), Duration.ofMinutes(10));
}
