package io.syncline.postgresql.stream.testdecoding;

import io.syncline.api.model.Row;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A row as it was read, still with doubled quotes in its values. */
final class PrintedRow {

    private static final int QUOTE = '\'';

    private final int[] bounds;
    private @Nullable BitSet doubled;

    PrintedRow(PrintedTable table) {
        bounds = new int[2 * table.schema().columns().size()];
        for (int i = 1; i < bounds.length; i += 2) {
            bounds[i] = Row.ABSENT;
        }
    }

    /** @param length or one of the states of {@link Row} */
    void put(int slot, int offset, int length) {
        bounds[2 * slot] = offset;
        bounds[2 * slot + 1] = length;
    }

    void hasDoubledQuotes(int slot) {
        if (doubled == null) {
            doubled = new BitSet();
        }
        doubled.set(slot);
    }

    /** Closes up doubled quotes where they lie: from here on the message cannot be read again. */
    Row row(byte[] message) {
        if (doubled != null) {
            doubled.stream()
                    .forEach(slot -> bounds[2 * slot + 1] = closeUp(message, bounds[2 * slot], bounds[2 * slot + 1]));
        }
        return new Row(message, bounds);
    }

    private static int closeUp(byte[] bytes, int offset, int length) {
        int to = offset;
        int from = offset;
        while (from < offset + length) {
            byte letter = bytes[from];
            bytes[to++] = letter;
            from += letter == QUOTE ? 2 : 1;
        }
        return to - offset;
    }
}
