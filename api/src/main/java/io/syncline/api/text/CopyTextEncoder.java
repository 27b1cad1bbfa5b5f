package io.syncline.api.text;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Row;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes rows in COPY text format (PostgreSQL documentation, COPY, "Text Format"): what COPY TO prints for the same values, byte for byte. Not thread-safe.
 *
 * <p>Values are taken eight bytes at a time (a word's bytes are tested at once), since hardly any byte of real data needs an escape.
 */
public final class CopyTextEncoder {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long SPACES = 0x20 * ONES;
    private static final long BACKSLASHES = '\\' * ONES;

    private final CopyBuffer out;
    private int rows;

    public CopyTextEncoder(CopyBuffer out) {
        this.out = out;
    }

    /** The rows since the last {@link #reset()}, valid until the next call; every row that was begun must have been ended. */
    public CopyPage page() {
        return new CopyPage(out.bytes(), out.length(), rows);
    }

    /** How many rows were ended since the last {@link #reset()}. */
    public int rows() {
        return rows;
    }

    /** Forgets the rows and empties the buffer. */
    public void reset() {
        rows = 0;
        out.reset();
    }

    /**
     * One whole line.
     *
     * @param columns which of the row's columns, in the order of the COPY's column list
     * @throws IllegalStateException when one of them is neither a value nor NULL: what was not sent cannot be written (I4)
     */
    public void append(Row row, int[] columns) {
        for (int i = 0; i < columns.length; i++) {
            if (i > 0) {
                separator();
            }
            appendColumn(row, columns[i]);
        }
        endRow();
    }

    /** A row's value or NULL. */
    public void appendColumn(Row row, int column) {
        int length = row.length(column);
        if (length >= 0) {
            appendValue(row.page(), row.offset(column), length);
        } else if (length == Row.NULL) {
            appendNull();
        } else {
            throw new IllegalStateException("column " + column + " has no value: " + row.state(column));
        }
    }

    /** A value in text form, which is escaped here; a value that reads {@code \N} is told from NULL by that. */
    public void appendValue(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int lastWord = end - Long.BYTES;
        int copied = offset;
        int at = offset;
        while (at < end) {
            if (at <= lastWord) {
                long suspects = suspects((long) WORDS.get(bytes, at));
                if (suspects == 0) {
                    at += Long.BYTES;
                    continue;
                }
                // Little endian: the lowest suspect is the first one, and the only one that is surely none of the
                // test's carries.
                at += Long.numberOfTrailingZeros(suspects) >>> 3;
            }
            byte letter = letter(bytes[at]);
            if (letter != 0) {
                out.append(bytes, copied, at - copied);
                out.append((byte) '\\');
                out.append(letter);
                copied = at + 1;
            }
            at++;
        }
        out.append(bytes, copied, end - copied);
    }

    /** SQL NULL: {@code \N}. */
    public void appendNull() {
        out.append((byte) '\\');
        out.append((byte) 'N');
    }

    /** Between two columns. */
    public void separator() {
        out.append((byte) '\t');
    }

    /** After the last column. */
    public void endRow() {
        out.append((byte) '\n');
        rows++;
    }

    /** Marks, with its high bit, the first byte of the word that is below a space or a backslash; bytes behind it may be marked wrongly. */
    private static long suspects(long word) {
        long belowSpace = (word - SPACES) & ~word & HIGHS;
        long difference = word ^ BACKSLASHES;
        long backslash = (difference - ONES) & ~difference & HIGHS;
        return belowSpace | backslash;
    }

    /** What follows the backslash in place of this byte, 0 when it stands for itself. */
    private static byte letter(byte value) {
        return (byte)
                switch (value) {
                    case '\b' -> 'b';
                    case '\t' -> 't';
                    case '\n' -> 'n';
                    case 0x0B -> 'v';
                    case '\f' -> 'f';
                    case '\r' -> 'r';
                    case '\\' -> '\\';
                    default -> 0;
                };
    }
}
