package io.syncline.testkit.memory.table;

import io.syncline.api.model.Column;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A row as a memory table stores it: one text form a column, null for SQL NULL. Immutable. */
public final class Cells {

    private final @Nullable String[] values;

    private Cells(@Nullable String[] values) {
        this.values = values;
    }

    public static Cells of(@Nullable String... values) {
        return new Cells(values.clone());
    }

    /** The values that {@code value} gives for the columns from 0. */
    public static Cells of(int columns, IntFunction<@Nullable String> value) {
        @Nullable String[] values = new @Nullable String[columns];
        for (int column = 0; column < columns; column++) {
            values[column] = value.apply(column);
        }
        return new Cells(values);
    }

    /** A row of which every column is present. */
    public static Cells of(Row row) {
        return of(row.columns(), column -> value(row, column));
    }

    /** A present column's value. */
    public static @Nullable String value(Row row, int column) {
        return row.isNull(column) ? null : row.text(column);
    }

    public int size() {
        return values.length;
    }

    public @Nullable String get(int column) {
        return values[column];
    }

    public Cells with(int column, @Nullable String value) {
        @Nullable String[] changed = values.clone();
        changed[column] = value;
        return new Cells(changed);
    }

    /** All columns as a row in flight. */
    public Row row() {
        return RowBuilder.of(values);
    }

    /** The same row with only these columns present. */
    public Row only(List<Integer> columns) {
        RowBuilder row = new RowBuilder(values.length);
        for (int column = 0; column < values.length; column++) {
            append(row, column, columns.contains(column) ? Row.NULL : Row.ABSENT);
        }
        return row.build();
    }

    /** The same row with these columns UNCHANGED. */
    public Row without(List<Integer> unchanged) {
        RowBuilder row = new RowBuilder(values.length);
        for (int column = 0; column < values.length; column++) {
            append(row, column, unchanged.contains(column) ? Row.UNCHANGED : Row.NULL);
        }
        return row.build();
    }

    private void append(RowBuilder row, int column, int state) {
        String value = values[column];
        if (state == Row.NULL && value != null) {
            row.value(value);
        } else {
            row.state(state);
        }
    }

    /** What equal keys have in common whatever their text form; null when a column of the key is NULL, which equals nothing. */
    public @Nullable List<String> key(List<Column> columns, List<Integer> key) {
        List<String> canonical = new ArrayList<>();
        for (int column : key) {
            String value = values[column];
            if (value == null) {
                return null;
            }
            canonical.add(MemoryType.of(columns.get(column)).canonical(value));
        }
        return canonical;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cells cells && Arrays.equals(values, cells.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
