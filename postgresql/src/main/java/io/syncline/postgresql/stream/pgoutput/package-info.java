/**
 * Messages of the output plugin pgoutput, protocol version 1, as change events (PostgreSQL documentation, Logical Replication Message Formats). A row is the bytes of
 * its message: nothing is copied and nothing is boxed. What is not known is an error, never skipped (I4).
 */
@NullMarked
package io.syncline.postgresql.stream.pgoutput;

import org.jspecify.annotations.NullMarked;
