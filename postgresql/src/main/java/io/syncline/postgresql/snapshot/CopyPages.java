package io.syncline.postgresql.snapshot;

import io.syncline.api.model.CopyPage;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.text.CopyBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/**
 * The rows of one COPY TO STDOUT, collected into pages. Each message of the server is one whole row (PostgreSQL documentation, Message Formats, CopyData), which the
 * driver hands over as an array of its own; nothing else is made for a row here.
 */
final class CopyPages implements SnapshotReader.Pages {
    /** Rows are collected up to this size; a larger row is a page of its own, in the driver's array (I5). */
    private static final int PAGE = 512 << 10;

    private final Connection connection;
    private final CopyOut copy;
    private final ReadErrors errors;
    private final CopyBuffer buffer = new CopyBuffer(PAGE);
    private byte @Nullable [] next;
    private long handedOut;
    private boolean drained;
    private boolean ended;

    /** @param connection in the transaction of the COPY, which ends with it */
    CopyPages(Connection connection, CopyOut copy, ReadErrors errors) {
        this.connection = connection;
        this.copy = copy;
        this.errors = errors;
    }

    @Override
    public @Nullable CopyPage next() {
        if (ended) {
            return null;
        }
        try {
            CopyPage page = fill();
            if (page == null) {
                end();
            } else {
                handedOut += page.rows();
            }
            return page;
        } catch (SQLException e) {
            throw errors.of(e);
        } catch (OutOfMemoryError e) {
            // The driver takes a message as one array (T40); the session stands in the midst of it and is of no use.
            throw abandon(e);
        }
    }

    private @Nullable CopyPage fill() throws SQLException {
        buffer.reset();
        int rows = 0;
        byte[] row = next != null ? next : receive();
        next = null;
        while (row != null && row.length <= PAGE - buffer.length()) {
            buffer.append(row, 0, row.length);
            rows++;
            row = receive();
        }
        if (rows == 0) {
            return row == null ? null : new CopyPage(row, row.length, 1);
        }
        next = row;
        return new CopyPage(buffer.bytes(), buffer.length(), rows);
    }

    /** The next row, or null when the COPY has ended, however often that is asked. */
    private byte @Nullable [] receive() throws SQLException {
        byte[] row = drained ? null : copy.readFromCopy();
        drained = row == null;
        return row;
    }

    /** T48: the end counts only when the server says how many rows it sent, and that many came. */
    private void end() throws SQLException {
        if (copy.getHandledRowCount() != handedOut) {
            throw errors.cut(copy.getHandledRowCount(), handedOut);
        }
        ended = true;
        connection.commit();
    }

    private RuntimeException abandon(OutOfMemoryError cause) {
        RuntimeException failure = errors.tooLargeForHere();
        failure.addSuppressed(cause);
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /** A read that is not at its end takes its session with it: that is quicker than to receive what the server has sent already. */
    @Override
    public void close() {
        next = null;
        if (ended) {
            return;
        }
        ended = true;
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw errors.of(e);
        }
    }
}
