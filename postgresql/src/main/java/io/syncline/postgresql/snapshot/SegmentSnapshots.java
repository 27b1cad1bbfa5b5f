package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Positions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.Snapshots;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;

/** Takes snapshots of a Greenplum source that begin no stream. */
public final class SegmentSnapshots implements Snapshots {

    private final Segments cluster;

    public SegmentSnapshots(Segments cluster) {
        this.cluster = cluster;
    }

    /** The coordinator's, which sees all segments at one moment; a mark that is made behind it is behind all that it sees, and durable on each segment (T21). */
    @Override
    public Snapshot open() {
        Sessions coordinator = cluster.coordinator();
        SnapshotHolder holder = SnapshotHolder.take(coordinator);
        PresentSession present = new PresentSession(coordinator);
        try {
            return new PostgresSnapshot(
                    coordinator, holder, present, Positions.of(PostgresStream.ID, cluster.mark()), false);
        } catch (RuntimeException e) {
            present.close();
            holder.close();
            throw e;
        }
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
        return new PostgresSnapshots(cluster.coordinator()).unpositioned();
    }
}
