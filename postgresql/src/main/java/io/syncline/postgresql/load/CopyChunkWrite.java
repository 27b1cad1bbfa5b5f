package io.syncline.postgresql.load;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Positions;
import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Loader.ChunkWrite;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/** The transaction of one chunk: the lease is proven and the COPY runs when this is made. */
final class CopyChunkWrite implements ChunkWrite {
    /** COPY lines must be shorter (MaxAllocSize in the server's sources, memutils.h). */
    private static final int LINE_LIMIT = (1 << 30) - 1;

    /** The server takes a message into one buffer: a page that holds one large row goes in pieces, which may part a row anywhere. */
    private static final int PIECE = 1 << 20;

    /** Notes in the same transaction that the chunk is done. */
    @FunctionalInterface
    interface Mark {
        void set(ChunkDone done) throws SQLException;
    }

    private final LoadSession session;
    private final Connection connection;
    private final CopyIn copy;
    private final LoadErrors errors;
    private final Mark mark;
    private boolean ended;

    /** @param connection in the transaction of the COPY */
    CopyChunkWrite(LoadSession session, Connection connection, CopyIn copy, LoadErrors errors, Mark mark) {
        this.session = session;
        this.connection = connection;
        this.copy = copy;
        this.errors = errors;
        this.mark = mark;
    }

    @Override
    public void write(CopyPage page) {
        if (page.rows() == 1 && page.length() > LINE_LIMIT) {
            throw errors.rowTooLarge();
        }
        try {
            for (int at = 0; at < page.length(); at += PIECE) {
                copy.writeToCopy(page.bytes(), at, Math.min(PIECE, page.length() - at));
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void commit(long rows, long bytes, Positions readAt) {
        try {
            long taken = copy.endCopy();
            if (taken != rows) {
                throw errors.countDiffers(rows, taken); // T48; close() undoes it
            }
            mark.set(new ChunkDone(rows, bytes, readAt));
            connection.commit();
            ended = true;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Undoes everything that was not committed. */
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            session.undo();
        }
    }

    private RuntimeException failed(SQLException e) {
        ended = true;
        session.giveUp(e);
        return errors.of(e);
    }
}
