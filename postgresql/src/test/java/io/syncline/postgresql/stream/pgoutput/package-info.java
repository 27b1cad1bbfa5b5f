/** The decoder against messages made by hand: what no server sends, or not on demand. */
@NullMarked
package io.syncline.postgresql.stream.pgoutput;

import org.jspecify.annotations.NullMarked;
