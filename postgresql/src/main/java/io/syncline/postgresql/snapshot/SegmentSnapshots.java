package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Positions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.Snapshots;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.visibility.UnseenCommits;

/** Takes snapshots of a Greenplum source that begin no stream. */
public final class SegmentSnapshots implements Snapshots {

    private final Segments cluster;
    private final UnseenCommits unseen;

    /** @param unseen of the cluster's streams: what is waited for before a snapshot */
    public SegmentSnapshots(Segments cluster, UnseenCommits unseen) {
        this.cluster = cluster;
        this.unseen = unseen;
    }

    /** The coordinator's, which sees all segments at one moment; a mark that is made behind it is behind all that it sees, and durable on each segment (T21). Before it, what the segments' logs have told already is waited for. */
    @Override
    public Snapshot open() {
        Sessions coordinator = cluster.coordinator();
        PresentSession present = new PresentSession(coordinator);
        try {
            present.run("waiting for commits", unseen::awaitAll);
            return hold(SnapshotHolder.take(coordinator), present);
        } catch (RuntimeException e) {
            present.close();
            throw e;
        }
    }

    private Snapshot hold(SnapshotHolder holder, PresentSession present) {
        try {
            return new PostgresSnapshot(
                    cluster.coordinator(), holder, present, Positions.of(PostgresStream.ID, cluster.mark()), false);
        } catch (RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    @Override
    public void settle() {
        new PostgresSnapshots(cluster.coordinator(), unseen).settle();
    }

    @Override
    public Snapshot exact() {
        return SegmentSnapshot.of(cluster, (content, adopting) -> {
            try (TemporarySlot slot = TemporarySlot.create(cluster.of(content))) {
                adopting.adopt(slot.snapshot(), slot.consistentPoint());
            }
        });
    }

    @Override
    public Snapshot unpositioned() {
        return new PostgresSnapshots(cluster.coordinator(), unseen).unpositioned();
    }
}
