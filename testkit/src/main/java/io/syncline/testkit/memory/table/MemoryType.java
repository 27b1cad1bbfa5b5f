package io.syncline.testkit.memory.table;

import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.TextForm;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;

/** The column types of memory tables: one for each way in which equal values may print differently. */
public enum MemoryType {
    INTEGER(TextForm.UNIQUE),
    TEXT(TextForm.UNIQUE),
    /** 1.0 equals 1.00. */
    NUMERIC(TextForm.NUMERIC),
    /** Case does not count, and nobody but the ends knows. */
    CITEXT(TextForm.OPAQUE);

    private final TextForm textForm;

    MemoryType(TextForm textForm) {
        this.textForm = textForm;
    }

    public ColumnType columnType() {
        return new ColumnType(typeName(), typeName(), 0, textForm);
    }

    public String typeName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static MemoryType named(String typeName) {
        return Arrays.stream(values())
                .filter(type -> type.typeName().equals(typeName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no type " + typeName));
    }

    static MemoryType of(Column column) {
        return named(column.type().name());
    }

    /** Equal for equal values. */
    public String canonical(String text) {
        return switch (this) {
            case INTEGER, TEXT -> text;
            case NUMERIC -> new BigDecimal(text).stripTrailingZeros().toPlainString();
            case CITEXT -> text.toLowerCase(Locale.ROOT);
        };
    }
}
