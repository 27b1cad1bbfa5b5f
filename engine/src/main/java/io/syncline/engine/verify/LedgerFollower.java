package io.syncline.engine.verify;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Follows a run by its ledger. */
public final class LedgerFollower implements Follower {

    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Ledger ledger;
    private final ChangeLog log;
    private final String task;
    private final Ledger.PositionReader positions;
    private final InstantSource clock;

    public LedgerFollower(
            Ledger ledger, ChangeLog log, String task, Ledger.PositionReader positions, InstantSource clock) {
        this.ledger = ledger;
        this.log = log;
        this.task = task;
        this.positions = positions;
        this.clock = clock;
    }

    @Override
    public boolean isActive() {
        return ledger.task(task)
                .map(entry -> entry.silence() != null && entry.silence().compareTo(SILENCE) < 0)
                .orElse(false);
    }

    @Override
    public boolean awaitSource() throws InterruptedException {
        Positions target = log.now();
        log.heartbeat();
        Instant deadline = clock.instant().plus(PATIENCE);
        while (isActive() && clock.instant().isBefore(deadline)) {
            boolean there = ledger.read(task, positions).streams().stream().allMatch(stream -> {
                Position goal = target.of(stream.stream());
                return goal == null || stream.position().reached(goal);
            });
            if (there) {
                return true;
            }
            Thread.sleep(PAUSE);
        }
        return false;
    }
}
