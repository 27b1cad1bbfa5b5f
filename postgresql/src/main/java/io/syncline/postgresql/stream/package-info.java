/**
 * The stream of changes of a PostgreSQL source: what is made there for one task (replica identity, publication, slot), how the slot is held, and the messages of the
 * walsender protocol as change events. A position is confirmed only when it was told to be (I1); nothing in the driver confirms by itself, since the stream answers
 * the walsender's messages on its own.
 */
@NullMarked
package io.syncline.postgresql.stream;

import org.jspecify.annotations.NullMarked;
