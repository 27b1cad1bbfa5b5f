/**
 * One consistent view of a PostgreSQL source for many readers: how it is taken and held, where in the log it stands, how its tables are cut into chunks, and how
 * a chunk's rows leave the server as pages of COPY text.
 */
@NullMarked
package io.syncline.postgresql.snapshot;

import org.jspecify.annotations.NullMarked;
