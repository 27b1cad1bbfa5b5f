package io.syncline.postgresql.load;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Positions;
import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Loader.ChunkWrite;
import io.syncline.postgresql.load.CopyChunkWrite.Mark;
import io.syncline.postgresql.shape.ShapedCopy;
import java.sql.Connection;
import java.sql.SQLException;

/** The transaction of one chunk whose rows go through a filter or computed columns. Its mark counts the rows that were read. */
final class ShapedChunkWrite implements ChunkWrite {

    private final LoadSession session;
    private final Connection connection;
    private final ShapedCopy copy;
    private final LoadErrors errors;
    private final Mark mark;
    private boolean ended;

    /** @param connection in the transaction of the copy */
    ShapedChunkWrite(LoadSession session, Connection connection, ShapedCopy copy, LoadErrors errors, Mark mark) {
        this.session = session;
        this.connection = connection;
        this.copy = copy;
        this.errors = errors;
        this.mark = mark;
    }

    @Override
    public void write(CopyPage page) {
        try {
            copy.write(page);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void commit(long rows, long bytes, Positions readAt) {
        try {
            long taken = copy.end();
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
