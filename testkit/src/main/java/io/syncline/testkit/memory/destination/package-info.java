/** A destination in memory: transactions with private writes, unique keys, and a ledger that outlives the process that wrote it. */
@NullMarked
package io.syncline.testkit.memory.destination;

import org.jspecify.annotations.NullMarked;
