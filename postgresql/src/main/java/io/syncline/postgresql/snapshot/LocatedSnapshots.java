package io.syncline.postgresql.snapshot;

import io.syncline.api.port.Snapshot;
import io.syncline.api.port.Snapshots;
import io.syncline.postgresql.greenplum.LogLocation;
import io.syncline.postgresql.visibility.UnseenCommits;

/** Snapshots of a cluster that stand where its log is read; that is found out only when one has a position. */
public final class LocatedSnapshots implements Snapshots {

    private final LogLocation log;
    private final UnseenCommits unseen;

    /** @param unseen of the cluster's streams: what is waited for before a snapshot */
    public LocatedSnapshots(LogLocation log, UnseenCommits unseen) {
        this.log = log;
        this.unseen = unseen;
    }

    private Snapshots located() {
        return log.isSegments() ? new SegmentSnapshots(log.cluster(), unseen) : coordinator();
    }

    private Snapshots coordinator() {
        return new PostgresSnapshots(log.cluster().coordinator(), unseen);
    }

    @Override
    public Snapshot open() {
        return located().open();
    }

    @Override
    public Snapshot exact() {
        return located().exact();
    }

    @Override
    public void settle() {
        located().settle();
    }

    @Override
    public Snapshot unpositioned() {
        return coordinator().unpositioned();
    }
}
