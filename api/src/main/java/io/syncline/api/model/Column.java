package io.syncline.api.model;

import org.jspecify.annotations.Nullable;

/**
 * A column as rows carry it.
 *
 * @param name as in the catalog, not quoted
 * @param type the PostgreSQL type that the destination writes and the text form is of
 * @param nullable false when NOT NULL is declared
 * @param generated true for a stored generated column: never written, computed by the destination
 * @param number by which the column is known whatever its name becomes: attnum on PostgreSQL (T10); unique in its table, or 0 when unknown
 * @param defaultExpression SQL text, names qualified; null when there is none, or it is not known
 */
public record Column(
        String name,
        ColumnType type,
        boolean nullable,
        boolean generated,
        int number,
        @Nullable String defaultExpression) {

    /** A column that is known by its name alone. */
    public Column(String name, ColumnType type, boolean nullable, boolean generated) {
        this(name, type, nullable, generated, 0, null);
    }
}
