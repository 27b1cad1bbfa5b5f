package io.syncline.engine.stream;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What the ledger holds for a stream. Only from here do positions go back to the source (I1). For the applying thread. */
final class AppliedPosition {

    /** An idle stream's position is written no more often (T18). */
    private static final Duration IDLE_EVERY = Duration.ofSeconds(10);

    private final StreamId stream;
    private final Ledger ledger;
    private final Lease lease;
    private final ConfirmLedger confirms;
    private final InstantSource clock;

    private Position position;
    private Instant written;

    AppliedPosition(
            StreamId stream, Position start, Ledger ledger, Lease lease, ConfirmLedger confirms, InstantSource clock) {
        this.stream = stream;
        this.position = start;
        this.ledger = ledger;
        this.lease = lease;
        this.confirms = confirms;
        this.clock = clock;
        this.written = clock.instant();
    }

    StreamId stream() {
        return stream;
    }

    Position get() {
        return position;
    }

    /** A destination transaction that wrote {@code next} into the ledger has durably committed. */
    void committed(Position next) {
        position = next;
        written = clock.instant();
        confirms.durable(next);
    }

    /** Writes the position of an idle stream into the ledger when that is due, then lets it be confirmed (T18). False when it was not due. */
    boolean advanceWhenDue(Position idle) {
        boolean due = !position.reached(idle) && !clock.instant().isBefore(written.plus(IDLE_EVERY));
        if (due) {
            advance(idle);
        }
        return due;
    }

    /** Writes the position of an idle stream into the ledger at once. */
    void advance(Position idle) {
        if (!position.reached(idle)) {
            ledger.advance(lease, stream, position, idle);
            committed(idle);
        }
    }
}
