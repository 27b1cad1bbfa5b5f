package io.syncline.engine.stream.coalesce;

import io.syncline.api.model.Row;
import io.syncline.api.model.TextForm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of one key column that count. Every rule of {@link TextForm} leaves a part of the text form as it is, therefore a normalised value is a slice of the
 * row's page: its offset in the upper, its length in the lower half of a long. No bytes are copied.
 */
final class KeyBytes {

    static final long SEED = 0x9E3779B97F4A7C15L;

    /** Stands for SQL NULL. */
    private static final long NULL = -1;

    private static final long MULTIPLIER = 0xD6E8FEB86659FD93L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private KeyBytes() {}

    static long slice(Row row, int column, TextForm form) {
        int length = row.length(column);
        if (length < 0) {
            return NULL;
        }
        int offset = row.offset(column);
        return switch (form) {
            case UNIQUE -> pack(offset, length);
            case NUMERIC -> numeric(row.page(), offset, length);
            case FLOAT -> unsignedZero(row.page(), offset, length);
            case BLANK_PADDED -> pack(offset, withoutTrailing(row.page(), offset, length, (byte) ' '));
            case OPAQUE -> throw new IllegalArgumentException("keys of this type cannot be compared by bytes");
        };
    }

    /** PostgreSQL prints numeric with its scale, never with an exponent; NaN and Infinity have no fraction. */
    private static long numeric(byte[] page, int offset, int length) {
        int point = offset;
        int end = offset + length;
        while (point < end && page[point] != '.') {
            point++;
        }
        if (point == end) {
            return unsignedZero(page, offset, length);
        }
        int kept = withoutTrailing(page, offset, length, (byte) '0');
        return unsignedZero(page, offset, page[offset + kept - 1] == '.' ? kept - 1 : kept);
    }

    private static int withoutTrailing(byte[] page, int offset, int length, byte cut) {
        int kept = length;
        while (kept > 0 && page[offset + kept - 1] == cut) {
            kept--;
        }
        return kept;
    }

    private static long unsignedZero(byte[] page, int offset, int length) {
        boolean negativeZero = length == 2 && page[offset] == '-' && page[offset + 1] == '0';
        return negativeZero ? pack(offset + 1, 1) : pack(offset, length);
    }

    private static long pack(int offset, int length) {
        return (long) offset << Integer.SIZE | length;
    }

    static boolean equal(byte[] page, long slice, byte[] otherPage, long other) {
        if (slice == NULL || other == NULL) {
            return slice == other;
        }
        int length = (int) slice;
        int offset = (int) (slice >>> Integer.SIZE);
        int otherOffset = (int) (other >>> Integer.SIZE);
        return length == (int) other
                && Arrays.equals(page, offset, offset + length, otherPage, otherOffset, otherOffset + length);
    }

    /**
     * Shorter values first, then by their bytes: for numbers without a sign and for values of one length, such as uuids and times, the order that an index has. NULL is
     * before all.
     */
    static int compare(byte[] page, long slice, byte[] otherPage, long other) {
        if (slice == NULL || other == NULL) {
            return Boolean.compare(other == NULL, slice == NULL);
        }
        int length = (int) slice;
        if (length != (int) other) {
            return Integer.compare(length, (int) other);
        }
        int offset = (int) (slice >>> Integer.SIZE);
        int otherOffset = (int) (other >>> Integer.SIZE);
        return Arrays.compareUnsigned(page, offset, offset + length, otherPage, otherOffset, otherOffset + length);
    }

    /** Goes on with a hash; eight bytes at a time, since keys are compared far less often than hashed. */
    static long hash(long hash, byte[] page, long slice) {
        if (slice == NULL) {
            return mix(hash, NULL);
        }
        int length = (int) slice;
        int at = (int) (slice >>> Integer.SIZE);
        int end = at + length;
        long result = mix(hash, length);
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            result = mix(result, (long) LONGS.get(page, at));
        }
        long tail = 0;
        for (; at < end; at++) {
            tail = tail << Byte.SIZE | (page[at] & 0xFF);
        }
        return mix(result, tail);
    }

    /**
     * Of a product only the upper half has had a part of all lower bits. A table's slot is taken from the result's lowest bits, and the values of consecutive keys differ in few of
     * theirs.
     */
    static int finish(long hash) {
        return (int) ((hash * MULTIPLIER) >>> Integer.SIZE);
    }

    private static long mix(long hash, long word) {
        long mixed = (hash ^ word) * MULTIPLIER;
        return mixed ^ mixed >>> Integer.SIZE;
    }
}
