package io.syncline.api.text;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.util.Arrays;

/**
 * Bytes that grow, to be filled and emptied again and again. Its array is handed out without a copy, so whoever reads it must be done before the next change. Not
 * thread-safe.
 */
public final class CopyBuffer {
    /** The largest array that every JVM makes. */
    private static final int LIMIT = Integer.MAX_VALUE - 8;
    /** How many times its first capacity an emptied buffer may keep: one huge row must not hold its memory for ever (I5). */
    private static final int KEPT = 4;

    private final int capacity;
    private byte[] bytes;
    private int length;

    /** @param capacity in bytes, what an empty buffer has */
    public CopyBuffer(int capacity) {
        this.capacity = Math.max(1, capacity);
        this.bytes = new byte[this.capacity];
    }

    /** The array, of which the first {@link #length()} bytes are filled; another one after the buffer grew. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many bytes are filled. */
    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Empties the buffer. */
    public void reset() {
        length = 0;
        if (bytes.length / KEPT > capacity) {
            bytes = new byte[capacity];
        }
    }

    /** @throws SyncException ROW_TOO_LARGE beyond 2 GiB */
    public void append(byte value) {
        ensure(1);
        bytes[length++] = value;
    }

    /** @throws SyncException ROW_TOO_LARGE beyond 2 GiB */
    public void append(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    private void ensure(int count) {
        if (count > bytes.length - length) {
            grow(count);
        }
    }

    private void grow(int count) {
        long needed = (long) length + count;
        if (needed > LIMIT) {
            throw new SyncException(
                    ErrorCode.ROW_TOO_LARGE,
                    "a row needs " + needed + " bytes in COPY's text format; PostgreSQL takes no line of 1 GiB or more",
                    "Leave the table's large column out of the task, or shorten its values.");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(LIMIT, Math.max(needed, 2L * bytes.length)));
    }
}
