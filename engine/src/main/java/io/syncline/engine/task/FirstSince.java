package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.task.HoldBack;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Finds the place in a log before the first transaction that was committed at a time or later, by reading it from its beginning; nothing is confirmed. Commits are in the order of the log, and
 * their times nearly so.
 */
final class FirstSince {

    private static final Duration SLICE = Duration.ofMillis(100);

    private final ChangeLog log;
    private final Instant time;
    private final InstantSource clock;

    FirstSince(ChangeLog log, Instant time, InstantSource clock) {
        this.log = log;
        this.time = time;
        this.clock = clock;
    }

    /**
     * @param kept where the log begins
     * @param tables of the task
     * @throws SyncException SOURCE_GAP when the log cannot be seen to begin before that time, USAGE when that is yet to come
     */
    Positions in(Positions kept, List<TableSchema> tables) {
        if (clock.instant().isBefore(time)) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "startFrom: " + time + " is yet to come",
                    "Give a moment that is past; startAt has the task wait for one.");
        }
        Positions end = log.now();
        Positions found = Positions.NONE;
        for (Map.Entry<StreamId, Position> stream : kept.byStream().entrySet()) {
            Position last = end.of(stream.getKey());
            found = found.with(
                    stream.getKey(),
                    in(stream.getKey(), stream.getValue(), last == null ? stream.getValue() : last, tables));
        }
        return found;
    }

    private Position in(StreamId stream, Position begin, Position end, List<TableSchema> tables) {
        Position before = begin;
        boolean reachesBack = false;
        try (ChangeStream changes = log.open(stream, begin, tables, HoldBack.NONE)) {
            while (true) {
                switch (changes.poll(SLICE)) {
                    case ChangeEvent.Commit(Position position, Instant committed)
                    when committed.isBefore(time) -> {
                        before = position;
                        reachesBack = true;
                    }
                    case ChangeEvent.Commit _ -> {
                        return found(before, begin, reachesBack);
                    }
                    case ChangeEvent.Idle(Position position) -> {
                        before = position;
                        if (position.reached(end)) {
                            return found(before, begin, reachesBack);
                        }
                    }
                    case null, default -> {
                        // What a transaction changes says nothing of when it was committed.
                    }
                }
            }
        }
    }

    /** T17: a log that begins with a later transaction may have let go of others that are wanted. */
    private Position found(Position before, Position begin, boolean reachesBack) {
        if (reachesBack) {
            return before;
        }
        throw new SyncException(
                ErrorCode.SOURCE_GAP,
                "startFrom: the log that the source keeps from " + begin.text() + " on holds no transaction of before "
                        + time
                        + " that changed the task's tables, so that nobody can tell whether all later ones are in it",
                "If it was kept since before then, say startFrom: slot, which begins where it does; else an earlier slot is needed, or startFrom: compare.");
    }
}
