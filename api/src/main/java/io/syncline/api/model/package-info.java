/** Rows, tables, positions and changes: the words that every module speaks. */
@NullMarked
package io.syncline.api.model;

import org.jspecify.annotations.NullMarked;
