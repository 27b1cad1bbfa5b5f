package io.syncline.postgresql.stream;

import io.syncline.postgresql.session.ReplicationSession;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyDual;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * The two-way copy that START_REPLICATION begins, frame by frame. The driver's own replication stream is not used: it answers keepalives and raises the confirmed
 * position by itself, whatever was applied (I1).
 */
final class CopyBoth implements Frames {

    private final ReplicationSession session;
    private final CopyDual copy;

    private CopyBoth(ReplicationSession session, CopyDual copy) {
        this.session = session;
        this.copy = copy;
    }

    /** The session belongs to the copy from now on, unless this fails. */
    static CopyBoth start(ReplicationSession session, String command) throws SQLException {
        return new CopyBoth(
                session,
                session.connection().unwrap(PGConnection.class).getCopyAPI().copyDual(command));
    }

    @Override
    public byte @Nullable [] read(Duration wait) throws SQLException {
        byte[] frame = copy.readFromCopy(false);
        if (frame == null && copy.isActive() && awaitInput(wait)) {
            frame = copy.readFromCopy(true);
        }
        if (frame == null && !copy.isActive()) {
            throw new PSQLException("the server ended the stream", PSQLState.CONNECTION_FAILURE);
        }
        return frame;
    }

    @Override
    public void write(byte[] frame) throws SQLException {
        copy.writeToCopy(frame, 0, frame.length);
        copy.flushCopy();
    }

    private boolean awaitInput(Duration wait) throws SQLException {
        try {
            return session.socket().awaitInput(wait);
        } catch (IOException e) {
            throw new PSQLException("the connection broke while waiting for changes", PSQLState.CONNECTION_FAILURE, e);
        }
    }

    /** Ends the session, not the copy: the server would first send what it has begun. */
    @Override
    public void close() throws SQLException {
        session.connection().close();
    }
}
