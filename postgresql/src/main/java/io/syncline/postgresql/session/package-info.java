/** Connections to a PostgreSQL server: how they are addressed, pinned, closed, quoted for, and how their failures read. */
@NullMarked
package io.syncline.postgresql.session;

import org.jspecify.annotations.NullMarked;
