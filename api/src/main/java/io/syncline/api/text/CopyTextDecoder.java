package io.syncline.api.text;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Row;
import java.util.ArrayList;
import java.util.List;

/** Reads rows back from COPY text format, with every escape that COPY FROM knows. For readers that look into rows; forwarded pages are never decoded. */
public final class CopyTextDecoder {
    private final int columns;

    /** @param columns how many each line has */
    public CopyTextDecoder(int columns) {
        this.columns = columns;
    }

    /**
     * The page's rows, which share one new array and so outlive the page.
     *
     * @throws SyncException INVARIANT_BROKEN when a line has another number of columns or is cut
     */
    public List<Row> decode(CopyPage page) {
        List<Row> rows = new ArrayList<>(page.rows());
        Lines lines = new Lines(page, columns);
        while (lines.hasNext()) {
            rows.add(lines.next());
        }
        if (rows.size() != page.rows()) {
            throw broken("a page of " + page.rows() + " rows has " + rows.size() + " lines");
        }
        return rows;
    }

    private static SyncException broken(String message) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN, "COPY data: " + message, "Report this with the server's version.");
    }

    /** One pass over a page; a decoded value is never longer than its escaped form, so one array of the page's size takes all. */
    private static final class Lines {
        private final byte[] in;
        private final int end;
        private final int columns;
        private final byte[] out;
        private int at;
        private int written;

        Lines(CopyPage page, int columns) {
            this.in = page.bytes();
            this.end = page.length();
            this.columns = columns;
            this.out = new byte[end];
        }

        boolean hasNext() {
            return at < end;
        }

        Row next() {
            int[] bounds = new int[2 * columns];
            for (int column = 0; column < columns; column++) {
                value(bounds, column);
                expect(column == columns - 1 ? '\n' : '\t');
            }
            if (columns == 0) {
                expect('\n');
            }
            return new Row(out, bounds);
        }

        private void value(int[] bounds, int column) {
            int from = at;
            int start = written;
            while (at < end && in[at] != '\t' && in[at] != '\n') {
                byte next = in[at++];
                out[written++] = next == '\\' ? escaped() : next;
            }
            // Before unescaping: a value that reads \N travels as \\N.
            boolean isNull = at - from == 2 && in[from] == '\\' && in[from + 1] == 'N';
            written = isNull ? start : written;
            bounds[2 * column] = start;
            bounds[2 * column + 1] = isNull ? Row.NULL : written - start;
        }

        private byte escaped() {
            if (at == end) {
                throw broken("a page ends in a backslash");
            }
            byte letter = in[at++];
            return switch (letter) {
                case 'b' -> '\b';
                case 't' -> '\t';
                case 'n' -> '\n';
                case 'v' -> 0x0B;
                case 'f' -> '\f';
                case 'r' -> '\r';
                case 'x' -> hexadecimal();
                case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(letter - '0');
                default -> letter;
            };
        }

        private byte hexadecimal() {
            int value = digit(16);
            if (value < 0) {
                return 'x';
            }
            at++;
            int low = digit(16);
            if (low >= 0) {
                at++;
                value = value * 16 + low;
            }
            return (byte) value;
        }

        private byte octal(int first) {
            int value = first;
            for (int more = 0; more < 2 && digit(8) >= 0; more++) {
                value = value * 8 + digit(8);
                at++;
            }
            return (byte) value;
        }

        /** The next byte as a digit, -1 when it is none. */
        private int digit(int radix) {
            return at < end ? Character.digit(in[at], radix) : -1;
        }

        private void expect(char terminator) {
            if (at == end || in[at] != terminator) {
                throw broken("a line has not " + columns + " columns, or is cut");
            }
            at++;
        }
    }
}
