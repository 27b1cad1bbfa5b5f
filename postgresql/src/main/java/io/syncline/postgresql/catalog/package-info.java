/**
 * Reads a PostgreSQL server's catalog: which tables there are, their columns, how far equal values of their types print alike, and the key by which rows are found.
 * Catalogs are read set-wise: the number of queries does not grow with the number of tables (T41).
 */
@NullMarked
package io.syncline.postgresql.catalog;

import org.jspecify.annotations.NullMarked;
