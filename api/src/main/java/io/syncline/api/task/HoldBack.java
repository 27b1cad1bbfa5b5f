package io.syncline.api.task;

import java.time.Duration;

/**
 * How far behind the destination the source is told to let its log go, so that a destination that is restored, or failed over, to slightly older data can go on. Whichever
 * is less; zero in either: nothing is held back.
 *
 * @param time how long a position waits
 * @param bytes of log behind the newest position
 */
public record HoldBack(Duration time, long bytes) {

    public static final HoldBack DEFAULT = new HoldBack(Duration.ofMinutes(15), 1L << 30);

    public static final HoldBack NONE = new HoldBack(Duration.ZERO, 0);

    public boolean isOff() {
        return time.isZero() || bytes == 0;
    }
}
