package io.syncline.engine.task;

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
 * attempt that lasted a minute begins a new window. Until then what other tasks allow comes to count, and does not cease to: the least patient of those that share an outage
 * gives up first, and is seen no more, and a destination that is back for a moment has not heard of all of them yet.
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

    private final Retry own;
    private final SharedRetry shared;
    private final InstantSource clock;
    private EffectiveRetry effective;
    private Instant attemptBegan;
    private @Nullable Instant firstFailure;
    private int failures;

    /** @param shared what is known of other tasks, now and later */
    RetryWindow(Retry own, SharedRetry shared, InstantSource clock) {
        this.own = own;
        this.shared = shared;
        this.clock = clock;
        this.effective = EffectiveRetry.of(own);
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
            effective = EffectiveRetry.of(own);
        }
        effective = effective.orShorter(shared.with(own));
        if (Duration.between(first, now)
                        .compareTo(effective.window(failure.code()).length())
                > 0) {
            return Optional.empty();
        }
        Duration pause = PAUSES.get(Math.min(failures, PAUSES.size() - 1));
        failures++;
        return Optional.of(pause);
    }

    /** The failure with why it is final, where that is the patience of another task. */
    SyncException told(SyncException failure) {
        return effective
                .reason(failure.code(), own)
                .map(reason -> new SyncException(
                        failure.code(), failure.getMessage() + "; " + reason, failure.remedy(), failure))
                .orElse(failure);
    }
}
