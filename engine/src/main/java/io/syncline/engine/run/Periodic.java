package io.syncline.engine.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Does one thing again and again, at least {@code every} apart; for lease, heartbeat and reports beside the work. */
public final class Periodic implements Stage {

    private final String name;
    private final Duration every;
    private final InstantSource clock;
    private final Runnable action;
    private Instant due = Instant.EPOCH;

    public Periodic(String name, Duration every, InstantSource clock, Runnable action) {
        this.name = name;
        this.every = every;
        this.clock = clock;
        this.action = action;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Progress poll() {
        Instant now = clock.instant();
        if (now.isBefore(due)) {
            return Progress.WAITING;
        }
        due = now.plus(every);
        action.run();
        return Progress.WORKED;
    }

    @Override
    public void close() {}
}
