package io.syncline.api.model;

/**
 * A PostgreSQL type.
 *
 * @param name SQL text with the modifier as {@code format_type(atttypid, atttypmod)} prints it under an empty search_path: {@code character varying(3)}
 * @param unconstrained SQL text of the base type without modifier, {@code format_type(base, -1)}: what staging columns and array parameters use, so that the
 *     server's assignment cast checks the length instead of an explicit cast that truncates (T16); for a domain this is its base type
 * @param oid in the catalog it was read from; 0 when unknown
 * @param textForm whether equal values print alike
 */
public record ColumnType(String name, String unconstrained, int oid, TextForm textForm) {}
