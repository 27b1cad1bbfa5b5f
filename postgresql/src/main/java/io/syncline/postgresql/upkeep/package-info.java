/** What a cluster's tables need in the long run: who vacuums them. */
@NullMarked
package io.syncline.postgresql.upkeep;

import org.jspecify.annotations.NullMarked;
