package io.syncline.postgresql.snapshot;

import io.syncline.api.port.Snapshot;
import io.syncline.api.port.Snapshots;
import io.syncline.postgresql.greenplum.LogLocation;

/** Snapshots of a cluster that stand where its log is read; that is found out only when one has a position. */
public final class LocatedSnapshots implements Snapshots {

    private final LogLocation log;

    public LocatedSnapshots(LogLocation log) {
        this.log = log;
    }

    private Snapshots located() {
        return log.isSegments() ? new SegmentSnapshots(log.cluster()) : coordinator();
    }

    private Snapshots coordinator() {
        return new PostgresSnapshots(log.cluster().coordinator());
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
    public Snapshot unpositioned() {
        return coordinator().unpositioned();
    }
}
