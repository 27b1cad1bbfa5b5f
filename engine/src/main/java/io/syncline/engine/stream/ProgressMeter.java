package io.syncline.engine.stream;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Measures the last minute of a stream. The applying thread writes, any thread takes snapshots. */
final class ProgressMeter {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int SLICES = 12;
    private static final long SLICE_MILLIS = WINDOW.toMillis() / SLICES;

    private final StreamId stream;
    private final BatchQueue queue;
    private final InstantSource clock;
    private final Instant began;
    private final Slice[] slices = new Slice[SLICES];

    private Position reached;
    private Instant committedAt = Instant.EPOCH;
    private long changes;
    private long transactions;
    private String waitsFor = StreamProgress.SOURCE;

    /** What was applied in one twelfth of a minute. */
    private static final class Slice {
        private final LatencyHistogram latencies = new LatencyHistogram();
        private long number = Long.MIN_VALUE;
        private long changes;
        private long transactions;

        private void start(long newNumber) {
            number = newNumber;
            changes = 0;
            transactions = 0;
            latencies.clear();
        }
    }

    ProgressMeter(StreamId stream, Position start, BatchQueue queue, InstantSource clock) {
        this.stream = stream;
        this.reached = start;
        this.queue = queue;
        this.clock = clock;
        this.began = clock.instant();
        for (int i = 0; i < SLICES; i++) {
            slices[i] = new Slice();
        }
    }

    synchronized void waitsFor(String what) {
        waitsFor = what;
    }

    /** Everything up to {@code position} is applied, though the ledger may not say so yet (T18). */
    synchronized void nothingBefore(Position position) {
        if (!reached.reached(position)) {
            reached = position;
        }
    }

    /** A batch, or a part of a large transaction, was applied; with its end it is committed too. */
    synchronized void applied(Batch batch, Position position) {
        Instant now = clock.instant();
        Slice slice = slice(now);
        slice.changes += batch.changes();
        slice.transactions += batch.ends().size();
        changes += batch.changes();
        transactions += batch.ends().size();
        for (Piece.End end : batch.ends()) {
            slice.latencies.add(Duration.between(end.committedAt(), now));
            committedAt = end.committedAt();
        }
        nothingBefore(position);
    }

    /** What was late because the stream had to catch up says nothing about how late it is from now on. */
    synchronized void forgetLatencies() {
        for (Slice slice : slices) {
            slice.latencies.clear();
        }
    }

    synchronized StreamProgress snapshot() {
        Instant now = clock.instant();
        long current = number(now);
        LatencyHistogram latencies = new LatencyHistogram();
        long recentChanges = 0;
        long recentTransactions = 0;
        for (Slice slice : slices) {
            if (slice.number > current - SLICES && slice.number <= current) {
                latencies.addAll(slice.latencies);
                recentChanges += slice.changes;
                recentTransactions += slice.transactions;
            }
        }
        double seconds = windowSeconds(now, current);
        return new StreamProgress(
                stream,
                reached,
                committedAt,
                latencies.quantile(0.5),
                latencies.quantile(0.99),
                recentChanges / seconds,
                recentTransactions / seconds,
                changes,
                transactions,
                queue.bytes(),
                waitsFor);
    }

    /** How long the slices that count have lasted, at least one second. */
    private double windowSeconds(Instant now, long current) {
        long start = Math.max((current - SLICES + 1) * SLICE_MILLIS, began.toEpochMilli());
        return Math.max(1.0, (now.toEpochMilli() - start) / 1000.0);
    }

    private Slice slice(Instant now) {
        long number = number(now);
        Slice slice = slices[(int) Math.floorMod(number, (long) SLICES)];
        if (slice.number != number) {
            slice.start(number);
        }
        return slice;
    }

    private static long number(Instant instant) {
        return Math.floorDiv(instant.toEpochMilli(), SLICE_MILLIS);
    }
}
