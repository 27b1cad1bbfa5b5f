package io.syncline.api.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts one row together column by column, with a page of its own. For readers that build rows value by value, and for tests; not for the hot path. */
public final class RowBuilder {

    private final int[] bounds;
    private byte[] page = new byte[64];
    private int size;
    private int column;

    public RowBuilder(int columns) {
        this.bounds = new int[2 * columns];
    }

    /** A row of text values; a null stands for SQL NULL. */
    public static Row of(@Nullable String... values) {
        RowBuilder builder = new RowBuilder(values.length);
        for (String value : values) {
            if (value == null) {
                builder.state(Row.NULL);
            } else {
                builder.value(value);
            }
        }
        return builder.build();
    }

    public RowBuilder value(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return value(bytes, 0, bytes.length);
    }

    public RowBuilder value(byte[] bytes, int offset, int length) {
        if (size + length > page.length) {
            page = Arrays.copyOf(page, Math.max(size + length, 2 * page.length));
        }
        System.arraycopy(bytes, offset, page, size, length);
        bounds[2 * column] = size;
        bounds[2 * column + 1] = length;
        size += length;
        column++;
        return this;
    }

    /** {@link Row#NULL}, {@link Row#UNCHANGED} or {@link Row#ABSENT}. */
    public RowBuilder state(int state) {
        if (state >= 0) {
            throw new IllegalArgumentException("not a state: " + state);
        }
        bounds[2 * column] = size;
        bounds[2 * column + 1] = state;
        column++;
        return this;
    }

    public Row build() {
        if (2 * column != bounds.length) {
            throw new IllegalStateException(column + " of " + bounds.length / 2 + " columns were given");
        }
        return new Row(page, bounds);
    }
}
