package io.syncline.engine.task;

import io.syncline.api.model.SourceIdentity;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Snapshot;
import io.syncline.engine.route.RoutePlan;

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
     * @param identity as it was before the log was made
     * @return the view of the source at the streams' start
     */
    Snapshot at(RoutePlan plan, SourceIdentity identity) {
        ChangeLog log = link.source().changeLog(tenure.task());
        if (context.task().ddl().appliesAny()) {
            log.followAlterations();
        }
        Snapshot snapshot = log.create(
                plan.routes().stream().map(route -> route.source().table()).toList(), plan.shaped());
        try {
            context.environment().marks().reach(Mark.SLOT_CREATED);
            tenure.ledger().start(tenure.lease(), identity, snapshot.positions());
            return snapshot;
        } catch (RuntimeException e) {
            snapshot.close();
            throw e;
        }
    }
}
