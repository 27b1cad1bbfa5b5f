package io.syncline.postgresql.load;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Origin;
import io.syncline.api.text.CopyBuffer;
import io.syncline.api.text.CopyTextEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.copy.CopyIn;

/** Straight into a merged table, whose last written column is the origin: it is put behind each line. */
final class OriginSink implements ChunkSink {

    private static final int PIECE = 1 << 20;

    private final CopyIn copy;
    private final byte[] lineEnd;
    private final byte[] piece = new byte[PIECE];
    private int filled;

    /** @param alone whether the lines have no other column */
    OriginSink(CopyIn copy, Origin origin, boolean alone) {
        this.copy = copy;
        CopyTextEncoder encoder = new CopyTextEncoder(new CopyBuffer(1 << 10));
        if (!alone) {
            encoder.separator();
        }
        byte[] value = origin.value().getBytes(StandardCharsets.UTF_8);
        encoder.appendValue(value, 0, value.length);
        encoder.endRow();
        CopyPage end = encoder.page();
        this.lineEnd = Arrays.copyOf(end.bytes(), end.length());
    }

    /** A line feed in a value is escaped, so that each one ends a line. */
    @Override
    public void write(CopyPage page) throws SQLException {
        byte[] bytes = page.bytes();
        int from = 0;
        for (int at = 0; at < page.length(); at++) {
            if (bytes[at] == '\n') {
                append(bytes, from, at - from);
                append(lineEnd, 0, lineEnd.length);
                from = at + 1;
            }
        }
        append(bytes, from, page.length() - from);
    }

    private void append(byte[] bytes, int offset, int length) throws SQLException {
        int appended = 0;
        while (appended < length) {
            int part = Math.min(length - appended, PIECE - filled);
            System.arraycopy(bytes, offset + appended, piece, filled, part);
            filled += part;
            appended += part;
            if (filled == PIECE) {
                flush();
            }
        }
    }

    private void flush() throws SQLException {
        copy.writeToCopy(piece, 0, filled);
        filled = 0;
    }

    @Override
    public long end() throws SQLException {
        flush();
        return copy.endCopy();
    }
}
