package io.syncline.api.model;

/**
 * A column as rows carry it.
 *
 * @param name as in the catalog, not quoted
 * @param type the PostgreSQL type that the destination writes and the text form is of
 * @param nullable false when NOT NULL is declared
 * @param generated true for a stored generated column: never written, computed by the destination
 */
public record Column(String name, ColumnType type, boolean nullable, boolean generated) {}
