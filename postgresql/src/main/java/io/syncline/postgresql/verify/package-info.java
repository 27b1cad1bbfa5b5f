/** Digests of rows, computed by the server. */
@NullMarked
package io.syncline.postgresql.verify;

import org.jspecify.annotations.NullMarked;
