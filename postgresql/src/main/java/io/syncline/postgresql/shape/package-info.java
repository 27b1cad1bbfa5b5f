/** Filters and computed columns: what a destination makes of a table's rows before it writes them. */
@NullMarked
package io.syncline.postgresql.shape;

import org.jspecify.annotations.NullMarked;
