package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Positions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.Snapshots;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;

/** Takes snapshots of a PostgreSQL source that begin no stream. */
public final class PostgresSnapshots implements Snapshots {
    private final Sessions sessions;

    /** @param sessions of the source; each snapshot takes a few of its own, and ends them */
    public PostgresSnapshots(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public Snapshot open() {
        SnapshotHolder holder = SnapshotHolder.take(sessions);
        PresentSession present = new PresentSession(sessions);
        try {
            Lsn end = holder.ask("reading the log's end", LogEnd::inserted);
            present.run("waiting for the log", connection -> LogEnd.flush(sessions, connection, end));
            return new PostgresSnapshot(sessions, holder, present, Positions.of(PostgresStream.ID, end), false);
        } catch (RuntimeException e) {
            present.close();
            holder.close();
            throw e;
        }
    }

    @Override
    public Snapshot exact() {
        try (TemporarySlot slot = TemporarySlot.create(sessions)) {
            return PostgresSnapshot.adopt(
                    sessions, slot.snapshot(), Positions.of(PostgresStream.ID, slot.consistentPoint()));
        }
    }

    @Override
    public Snapshot unpositioned() {
        return new PostgresSnapshot(
                sessions, SnapshotHolder.take(sessions), new PresentSession(sessions), Positions.NONE, false);
    }
}
