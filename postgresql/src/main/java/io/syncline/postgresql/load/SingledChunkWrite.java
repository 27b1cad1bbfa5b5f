package io.syncline.postgresql.load;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Loader.ChunkWrite;
import io.syncline.api.text.CopyTextDecoder;
import io.syncline.postgresql.apply.InsertedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The transaction of a chunk that the destination has refused as a whole: rows that it refuses are singled out, and the others written. The session ends with it, and with the session what
 * that takes there: temporary tables and prepared statements.
 */
final class SingledChunkWrite implements ChunkWrite {

    private final LoadSession session;
    private final Connection connection;
    private final InsertedRows rows;
    private final CopyTextDecoder decoder;
    private final LoadErrors errors;
    private final CopyChunkWrite.Mark mark;
    private long taken;
    private boolean ended;

    /** @param connection in the transaction in which {@code rows} are written */
    SingledChunkWrite(
            LoadSession session,
            Connection connection,
            InsertedRows rows,
            CopyTextDecoder decoder,
            LoadErrors errors,
            CopyChunkWrite.Mark mark) {
        this.session = session;
        this.connection = connection;
        this.rows = rows;
        this.decoder = decoder;
        this.errors = errors;
        this.mark = mark;
    }

    @Override
    public void write(CopyPage page) {
        errors.requireLine(page);
        try {
            List<Row> decoded = decoder.decode(page);
            rows.insert(decoded);
            taken += decoded.size();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void commit(long sent, long bytes, Positions readAt) {
        if (taken != sent) {
            throw errors.countDiffers(sent, taken); // T48; close() undoes it
        }
        try {
            rows.end(readAt);
            mark.set(new ChunkDone(sent, bytes, readAt));
            connection.commit();
            ended = true;
            session.close();
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
