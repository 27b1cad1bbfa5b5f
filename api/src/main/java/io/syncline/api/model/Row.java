package io.syncline.api.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One row image in text form: per column the bytes that PostgreSQL's output function of the column's type prints, UTF-8, not escaped.
 *
 * <p>The bytes lie in a page that rows read together share; {@code bounds} holds two ints a column: the offset in the page and the length, or, when the
 * second is negative, the column's {@link State}. A row that outlives its page's batch must be copied ({@link #copy()}). Neither array may be changed after
 * the row was made. The order of the columns is that of the {@link TableSchema} that travels with the row.
 */
public final class Row {

    /** What is known of a column. */
    public enum State {
        /** The bytes are here. */
        VALUE,
        /** SQL NULL. */
        NULL,
        /** The value did not change and was not sent (unchanged TOAST, 'u' in pgoutput): the destination holds it. */
        UNCHANGED,
        /** Nothing is known: not sent in a key tuple ('n' in a 'K' tuple means this, not NULL), or not published. */
        ABSENT
    }

    /** Stand in {@code bounds[2 * column + 1]} for the states without bytes. */
    public static final int NULL = -1;

    public static final int UNCHANGED = -2;
    public static final int ABSENT = -3;

    private final byte[] page;
    private final int[] bounds;

    /** Wraps, without copying: {@code bounds} as the class describes. */
    public Row(byte[] page, int[] bounds) {
        this.page = page;
        this.bounds = bounds;
    }

    public int columns() {
        return bounds.length / 2;
    }

    public State state(int column) {
        int length = bounds[2 * column + 1];
        return switch (length) {
            case NULL -> State.NULL;
            case UNCHANGED -> State.UNCHANGED;
            case ABSENT -> State.ABSENT;
            default -> State.VALUE;
        };
    }

    /** True when the column has bytes or is NULL, so that it can be written. */
    public boolean isPresent(int column) {
        return bounds[2 * column + 1] >= NULL;
    }

    public boolean isNull(int column) {
        return bounds[2 * column + 1] == NULL;
    }

    /** The shared page; only {@link #offset(int)} to {@code offset + length} of a column may be read. */
    public byte[] page() {
        return page;
    }

    public int offset(int column) {
        return bounds[2 * column];
    }

    /** The value's length in bytes, or one of {@link #NULL}, {@link #UNCHANGED}, {@link #ABSENT}. */
    public int length(int column) {
        return bounds[2 * column + 1];
    }

    /** The value decoded; only for columns whose state is {@link State#VALUE}. Not for the hot path. */
    public String text(int column) {
        if (length(column) < 0) {
            throw new IllegalStateException("column " + column + " has no value: " + state(column));
        }
        return new String(page, offset(column), length(column), StandardCharsets.UTF_8);
    }

    /** The values' bytes, without overhead. */
    public int byteSize() {
        int bytes = 0;
        for (int i = 1; i < bounds.length; i += 2) {
            bytes += Math.max(0, bounds[i]);
        }
        return bytes;
    }

    /** A row with a page of its own. */
    public Row copy() {
        return merge(this, this);
    }

    /** This image, its UNCHANGED and ABSENT columns taken from {@code older}, a previous image of the same row with the same columns. */
    public Row over(Row older) {
        for (int i = 1; i < bounds.length; i += 2) {
            if (bounds[i] < NULL && older.bounds[i] >= UNCHANGED && older.bounds[i] != bounds[i]) {
                return merge(this, older);
            }
        }
        return this;
    }

    private static Row merge(Row newer, Row older) {
        int[] bounds = new int[newer.bounds.length];
        int size = 0;
        for (int i = 1; i < bounds.length; i += 2) {
            Row from = newer.bounds[i] >= NULL ? newer : older;
            size += Math.max(0, from.bounds[i]);
        }
        byte[] page = new byte[size];
        int at = 0;
        for (int column = 0; column < bounds.length / 2; column++) {
            boolean present = newer.isPresent(column);
            Row from = present ? newer : older;
            int length = from.length(column);
            bounds[2 * column] = at;
            bounds[2 * column + 1] = !present && length == ABSENT ? newer.length(column) : length;
            if (length > 0) {
                System.arraycopy(from.page, from.offset(column), page, at, length);
                at += length;
            }
        }
        return new Row(page, bounds);
    }

    /** Same states and same bytes: equality of text forms, which is not equality of values for every type ({@link TextForm}). */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Row row) || row.bounds.length != bounds.length) {
            return false;
        }
        for (int column = 0; column < columns(); column++) {
            int length = length(column);
            if (length != row.length(column)) {
                return false;
            }
            if (length > 0
                    && !Arrays.equals(
                            page,
                            offset(column),
                            offset(column) + length,
                            row.page,
                            row.offset(column),
                            row.offset(column) + length)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int column = 0; column < columns(); column++) {
            int end = offset(column) + length(column);
            hash = 31 * hash + length(column);
            for (int i = offset(column); i < end; i++) {
                hash = 31 * hash + page[i];
            }
        }
        return hash;
    }

    /** Sizes only: values never reach a log by accident. */
    @Override
    public String toString() {
        return "Row[" + columns() + " columns, " + byteSize() + " bytes]";
    }
}
