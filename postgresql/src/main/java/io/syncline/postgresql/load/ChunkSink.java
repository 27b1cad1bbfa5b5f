package io.syncline.postgresql.load;

import io.syncline.api.model.CopyPage;
import io.syncline.postgresql.shape.ShapedCopy;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/** Where a chunk's rows go. */
sealed interface ChunkSink permits ChunkSink.Plain, ChunkSink.Shaped, OriginSink {

    void write(CopyPage page) throws SQLException;

    /** @return how many rows the server took */
    long end() throws SQLException;

    /** Straight into a table. */
    record Plain(CopyIn copy) implements ChunkSink {

        /** The server takes a message into one buffer: a page that holds one large row goes in pieces, which may part a row anywhere. */
        private static final int PIECE = 1 << 20;

        @Override
        public void write(CopyPage page) throws SQLException {
            for (int at = 0; at < page.length(); at += PIECE) {
                copy.writeToCopy(page.bytes(), at, Math.min(PIECE, page.length() - at));
            }
        }

        @Override
        public long end() throws SQLException {
            return copy.endCopy();
        }
    }

    /** Through a filter or computed columns; the rows that were read are counted. */
    record Shaped(ShapedCopy copy) implements ChunkSink {

        @Override
        public void write(CopyPage page) throws SQLException {
            copy.write(page);
        }

        @Override
        public long end() throws SQLException {
            return copy.end();
        }
    }
}
