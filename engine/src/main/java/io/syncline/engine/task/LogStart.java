package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Snapshot;
import io.syncline.api.task.StartFrom;
import io.syncline.engine.route.RoutePlan;
import java.time.Instant;
import java.util.List;

/** Where a task's streams begin: the log is kept for it, then the ledger learns from where (T7). */
final class LogStart {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;

    LogStart(RunContext context, Link link, Tenure tenure) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
    }

    /**
     * Where the log is made to be kept.
     *
     * @param identity as it was before the log was made
     * @return the view of the source at the streams' start
     */
    Snapshot at(RoutePlan plan, SourceIdentity identity) {
        ChangeLog log = log();
        Snapshot snapshot = log.create(tables(plan), plan.shaped());
        try {
            context.environment().marks().reach(Mark.SLOT_CREATED);
            tenure.ledger().start(tenure.lease(), identity, snapshot.positions());
            return snapshot;
        } catch (RuntimeException e) {
            snapshot.close();
            throw e;
        }
    }

    /**
     * In a log that was kept before the task.
     *
     * @param from which asks for one
     * @param identity as it was before
     * @throws SyncException SLOT_MISSING, SOURCE_GAP when it does not tell every change from there on
     */
    void in(StartFrom from, RoutePlan plan, SourceIdentity identity) {
        ChangeLog log = log();
        Positions kept = log.takeOver(tables(plan), plan.shaped());
        Positions start = switch (from) {
            case StartFrom.Now _, StartFrom.Compared _ -> throw new IllegalArgumentException(from + " begins a log");
            case StartFrom.Kept _ -> kept;
            case StartFrom.At(String position) -> at(position, kept);
            case StartFrom.Since(Instant time) ->
                new FirstSince(log, time, context.environment().clock())
                        .in(kept, plan.routes().stream().map(TableRoute::source).toList());
        };
        requireKept(start, kept, log.now());
        log.requireIntact(start);
        tenure.ledger().start(tenure.lease(), identity, start);
    }

    private ChangeLog log() {
        ChangeLog log = link.source().changeLog(tenure.task());
        if (context.task().ddl().appliesAny()) {
            log.followAlterations();
        }
        return log;
    }

    private static List<TableId> tables(RoutePlan plan) {
        return plan.routes().stream().map(route -> route.source().table()).toList();
    }

    /** The one place that a position of the task file names; where a log has several streams it would be a place in each. */
    private Positions at(String text, Positions kept) {
        try {
            Position position = link.source().position(text);
            Positions positions = Positions.NONE;
            for (StreamId stream : kept.byStream().keySet()) {
                positions = positions.with(stream, position);
            }
            return positions;
        } catch (IllegalArgumentException e) {
            throw new SyncException(
                    ErrorCode.TASK_FILE_INVALID,
                    "startFrom: " + text + " is no position of the source",
                    "Give one as the source prints it, such as 0/16B3748.",
                    e);
        }
    }

    /** T17: a server that has let go of what is asked for begins later, without a word. */
    private static void requireKept(Positions start, Positions kept, Positions end) {
        start.byStream().forEach((stream, position) -> {
            Position begin = kept.of(stream);
            Position last = end.of(stream);
            if (begin == null || last == null || !position.reached(begin) || !last.reached(position)) {
                throw new SyncException(
                        ErrorCode.SOURCE_GAP,
                        "startFrom: the task is to start at " + position.text() + ", and the source's log is kept from "
                                + (begin == null ? "nowhere" : begin.text()) + " to "
                                + (last == null ? "nowhere" : last.text())
                                + "; what was changed between would be missing at the destination",
                        "Give a position between; or startFrom: compare, which makes the rows that differ the source's.");
            }
        });
    }
}
