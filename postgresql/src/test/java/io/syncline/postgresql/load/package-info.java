/** Chunks from one real server to another. */
@NullMarked
package io.syncline.postgresql.load;

import org.jspecify.annotations.NullMarked;
