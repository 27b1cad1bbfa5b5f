/** Tests of what tables need in the long run, on real servers. */
@NullMarked
package io.syncline.postgresql.upkeep;

import org.jspecify.annotations.NullMarked;
