package io.syncline.engine.stream;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import java.time.Duration;
import java.time.Instant;

/**
 * Where a stream stands, at one moment.
 *
 * @param applied everything up to here is committed at the destination
 * @param committedAt the source's time of the last applied commit; {@link Instant#EPOCH} before the first
 * @param p50 half of the last minute's transactions took no longer from source commit to destination commit
 * @param p99 and all but one in a hundred no longer than this
 * @param changes applied since this run began
 * @param transactions applied since this run began
 * @param queuedBytes read but not applied
 * @param waitsFor what holds it up, in a word or two: source, destination, queue
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
        String waitsFor) {}
