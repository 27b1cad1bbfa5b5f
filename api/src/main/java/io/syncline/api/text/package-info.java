/**
 * PostgreSQL's COPY text format in both directions: rows in flight are not escaped, COPY data is, and this is the only place where the one becomes the other.
 */
@NullMarked
package io.syncline.api.text;

import org.jspecify.annotations.NullMarked;
