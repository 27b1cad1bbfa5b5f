/** What the way to a PostgreSQL server is like: round trips, throughput, encryption, clocks. */
@NullMarked
package io.syncline.postgresql.connectivity;

import org.jspecify.annotations.NullMarked;
