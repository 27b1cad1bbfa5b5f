/**
 * What a task knows, kept in a schema of the destination: tasks and their epochs, chunk plans and marks, positions of streams, objects made, rows to be read again.
 * The tables are written by every room that writes rows or objects, in the transaction that writes them (I1, I2), after the lease was proven there (I7, T20).
 */
@NullMarked
package io.syncline.postgresql.ledger;

import org.jspecify.annotations.NullMarked;
