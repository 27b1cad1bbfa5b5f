package io.syncline.engine.throttle;

import java.time.Duration;
import java.time.Instant;

/**
 * Lets so much through a second on the average. What is taken may be more than there is, since nobody knows a page's size before it is read: the bucket then is in
 * debt and closed until time has paid for it. Never more than a tenth of a second's worth is saved up. For one thread.
 */
final class TokenBucket {

    private static final double NANOS = 1e9;
    /** One, but for what adding up fractions loses. */
    private static final double OPEN_FROM = 1 - 1e-6;

    private final long perSecond;
    private final double capacity;
    private double tokens;
    private Instant last;

    TokenBucket(long perSecond, Instant now) {
        this.perSecond = perSecond;
        this.capacity = Math.max(1, perSecond / 10.0);
        this.tokens = capacity;
        this.last = now;
    }

    /** How long it stays closed if nothing more is taken; zero when it is open. */
    Duration closedFor(Instant now) {
        refill(now);
        return tokens >= OPEN_FROM
                ? Duration.ZERO
                : Duration.ofNanos((long) Math.ceil((1 - tokens) / perSecond * NANOS));
    }

    void take(long amount, Instant now) {
        refill(now);
        tokens -= amount;
    }

    /** A clock that was set back pays nothing. */
    private void refill(Instant now) {
        if (now.isAfter(last)) {
            tokens = Math.min(capacity, tokens + Duration.between(last, now).toNanos() / NANOS * perSecond);
        }
        last = now;
    }
}
