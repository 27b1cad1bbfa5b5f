package io.syncline.postgresql.stream;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A two-way copy frame by frame: what the server sends of its log, and what it is told. */
interface Frames extends AutoCloseable {

    /**
     * The next frame, in an array of its own; null when none began to arrive within {@code wait}. A frame that began is read to its end.
     *
     * @throws SQLException also when the server ended the copy
     */
    byte @Nullable [] read(Duration wait) throws SQLException;

    void write(byte[] frame) throws SQLException;

    /** From any thread. */
    @Override
    void close() throws SQLException;
}
