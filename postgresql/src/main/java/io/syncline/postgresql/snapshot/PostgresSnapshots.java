package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Positions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.Snapshots;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.visibility.UnseenCommits;

/** Takes snapshots of a PostgreSQL source that begin no stream. */
public final class PostgresSnapshots implements Snapshots {
    private final Sessions sessions;
    private final UnseenCommits unseen;

    /**
     * @param sessions of the source; each snapshot takes a few of its own, and ends them
     * @param unseen what is waited for before a snapshot
     */
    public PostgresSnapshots(Sessions sessions, UnseenCommits unseen) {
        this.sessions = sessions;
        this.unseen = unseen;
    }

    /** What a slot's start counts as told must be seen: it may have committed and not be seen yet (T21). */
    @Override
    public Snapshot open() {
        PresentSession present = new PresentSession(sessions);
        try {
            present.run("waiting for commits", unseen::awaitAll);
            return hold(SnapshotHolder.take(sessions), present);
        } catch (RuntimeException e) {
            present.close();
            throw e;
        }
    }

    private Snapshot hold(SnapshotHolder holder, PresentSession present) {
        try {
            Lsn end = holder.ask("reading the log's end", LogEnd::inserted);
            present.run("waiting for the log", connection -> LogEnd.flush(sessions, connection, end));
            return new PostgresSnapshot(sessions, holder, present, Positions.of(PostgresStream.ID, end), false);
        } catch (RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    @Override
    public void settle() {
        try (PresentSession present = new PresentSession(sessions)) {
            present.run("waiting for commits", unseen::awaitAll);
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
