package io.syncline.engine.stream;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import java.time.Duration;
import java.time.Instant;

/**
 * Where a stream stands, at one moment.
 *
 * @param applied everything up to here is committed at the destination; the ledger of an idle stream may say so a few seconds later (T18)
 * @param committedAt the source's time of the last applied commit; {@link Instant#EPOCH} before the first
 * @param p50 half of the last minute's transactions, since the stream caught up, took no longer from source commit to destination commit
 * @param p99 and all but one in a hundred no longer than this
 * @param changes applied since this run began
 * @param transactions applied since this run began
 * @param queuedBytes read but not applied
 * @param waitsFor what holds it up, in a word: {@link #SOURCE} or {@link #DESTINATION}
 */
public record StreamProgress(
        StreamId stream,
        Position applied,
        Instant committedAt,
        Duration p50,
        Duration p99,
        double changesPerSecond,
        double transactionsPerSecond,
        long changes,
        long transactions,
        long queuedBytes,
        String waitsFor) {

    /** Everything that was read is applied. */
    public static final String SOURCE = "source";

    /** A batch is being applied. */
    public static final String DESTINATION = "destination";
}
