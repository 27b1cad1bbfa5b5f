package io.syncline.postgresql.load;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Positions;
import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Loader.ChunkWrite;
import java.sql.Connection;
import java.sql.SQLException;

/** The transaction of one chunk: the lease is proven and the rows are awaited when this is made. */
final class CopyChunkWrite implements ChunkWrite {
    /** Notes in the same transaction that the chunk is done. */
    @FunctionalInterface
    interface Mark {
        void set(ChunkDone done) throws SQLException;
    }

    private final LoadSession session;
    private final Connection connection;
    private final ChunkSink sink;
    private final LoadErrors errors;
    private final Mark mark;
    private boolean ended;

    /** @param connection in the transaction in which {@code sink} takes rows */
    CopyChunkWrite(LoadSession session, Connection connection, ChunkSink sink, LoadErrors errors, Mark mark) {
        this.session = session;
        this.connection = connection;
        this.sink = sink;
        this.errors = errors;
        this.mark = mark;
    }

    @Override
    public void write(CopyPage page) {
        errors.requireLine(page);
        try {
            sink.write(page);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void commit(long rows, long bytes, Positions readAt) {
        try {
            long taken = sink.end();
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
