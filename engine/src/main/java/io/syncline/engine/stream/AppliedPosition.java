package io.syncline.engine.stream;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Applier;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger holds for a stream. Only from here do positions go back to the source, and only when they are durable at the destination (I1). Commits do not
 * wait for the destination's disk one by one; what they wrote is made durable together, now and then. For the applying thread.
 */
final class AppliedPosition {

    /** An idle stream's position is written no more often (T18). */
    private static final Duration IDLE_EVERY = Duration.ofSeconds(10);

    /** No committed position waits longer for its confirmation while the stream goes on. The source keeps its log as long. */
    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(1);

    private final StreamId stream;
    private final Ledger ledger;
    private final Lease lease;
    private final Applier applier;
    private final ConfirmLedger confirms;
    private final InstantSource clock;

    private Position position;
    private Instant written;
    /** Since when a committed position is not known to be durable. */
    private @Nullable Instant unsettledSince;

    AppliedPosition(StreamId stream, Position start, StreamPorts ports, ConfirmLedger confirms, InstantSource clock) {
        this.stream = stream;
        this.position = start;
        this.ledger = ports.ledger();
        this.lease = ports.lease();
        this.applier = ports.applier();
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

    /** A destination transaction that wrote {@code next} into the ledger has committed. */
    void committed(Position next) {
        position = next;
        written = clock.instant();
        if (unsettledSince == null) {
            unsettledSince = written;
        }
    }

    /** Confirms what was committed, when that is due. */
    void settleWhenDue() {
        if (unsettledSince != null && !clock.instant().isBefore(unsettledSince.plus(CONFIRM_EVERY))) {
            settle();
        }
    }

    /** Makes what was committed durable and lets it be confirmed (I1). */
    void settle() {
        if (unsettledSince != null) {
            applier.makeDurable();
            durable();
        }
    }

    private void durable() {
        unsettledSince = null;
        confirms.durable(position);
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
            // Durable, and so is everything that was committed before it.
            ledger.advance(lease, stream, position, idle);
            position = idle;
            written = clock.instant();
            durable();
        }
    }
}
