/** Rows of a real server by key. */
@NullMarked
package io.syncline.postgresql.fetch;

import org.jspecify.annotations.NullMarked;
