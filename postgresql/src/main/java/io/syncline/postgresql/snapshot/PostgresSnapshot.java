package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.postgresql.session.Sessions;
import java.util.List;
import java.util.UUID;

/** A snapshot that a session of its own holds, and that every reader imports. */
public final class PostgresSnapshot implements Snapshot {
    private final String id = UUID.randomUUID().toString();
    private final Sessions sessions;
    private final SnapshotHolder holder;
    private final PresentSession present;
    private final Positions positions;
    private final boolean exact;

    PostgresSnapshot(
            Sessions sessions, SnapshotHolder holder, PresentSession present, Positions positions, boolean exact) {
        this.sessions = sessions;
        this.holder = holder;
        this.present = present;
        this.positions = positions;
        this.exact = exact;
    }

    /**
     * Takes over the snapshot that a new logical slot exported, which sees exactly the transactions up to the slot's start. The session that made the slot is free
     * for other commands when this returns.
     *
     * @param exported the name that CREATE_REPLICATION_SLOT returned
     * @param positions the slot's consistent point
     * @throws io.syncline.api.error.SyncException SNAPSHOT_LOST when the exporting session has moved on
     */
    public static PostgresSnapshot adopt(Sessions sessions, String exported, Positions positions) {
        return new PostgresSnapshot(
                sessions, SnapshotHolder.adopt(sessions, exported), new PresentSession(sessions), positions, true);
    }

    /** Random: the server's own names for snapshots come again after its restart. */
    @Override
    public String id() {
        return id;
    }

    /** {@inheritDoc} Durable in the source's log (T21). */
    @Override
    public Positions positions() {
        return positions;
    }

    @Override
    public boolean exact() {
        return exact;
    }

    @Override
    public List<Chunk> plan(TableSchema table, long chunkBytes, boolean durable) {
        return new ChunkPlanner(present, sessions.serverVersion()).plan(table, chunkBytes, durable);
    }

    @Override
    public SnapshotReader reader() {
        return new PostgresSnapshotReader(sessions, holder.exported(), present);
    }

    @Override
    public void close() {
        try (holder) {
            present.close();
        }
    }
}
