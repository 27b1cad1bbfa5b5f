/** What a snapshot of a real server sees, and when it is not the planned table any more. */
@NullMarked
package io.syncline.postgresql.snapshot;

import org.jspecify.annotations.NullMarked;
