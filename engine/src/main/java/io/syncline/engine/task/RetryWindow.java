package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Retry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed attempt is followed by another, and after which pause: at once, then with growing pauses, until the window that fits the cause is over. An
 * attempt that lasted a minute begins a new window.
 */
final class RetryWindow {

    private static final Duration HEALTHY = Duration.ofMinutes(1);
    private static final List<Duration> PAUSES = List.of(
            Duration.ZERO,
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));

    private final Retry retry;
    private final InstantSource clock;
    private Instant attemptBegan;
    private @Nullable Instant firstFailure;
    private int failures;

    RetryWindow(Retry retry, InstantSource clock) {
        this.retry = retry;
        this.clock = clock;
        this.attemptBegan = clock.instant();
    }

    void attemptBegins() {
        attemptBegan = clock.instant();
    }

    /** The pause before the next attempt, or empty when there must be none. */
    Optional<Duration> after(SyncException failure) {
        if (!failure.isTransient()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Instant first = firstFailure;
        if (first == null || Duration.between(attemptBegan, now).compareTo(HEALTHY) >= 0) {
            first = now;
            firstFailure = now;
            failures = 0;
        }
        if (Duration.between(first, now).compareTo(window(failure.code())) > 0) {
            return Optional.empty();
        }
        Duration pause = PAUSES.get(Math.min(failures, PAUSES.size() - 1));
        failures++;
        return Optional.of(pause);
    }

    private Duration window(ErrorCode code) {
        boolean connection = code == ErrorCode.SOURCE_UNREACHABLE || code == ErrorCode.DESTINATION_UNREACHABLE;
        return connection ? retry.connection() : retry.other();
    }
}
