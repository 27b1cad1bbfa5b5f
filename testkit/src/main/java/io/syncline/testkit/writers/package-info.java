/**
 * Clients that write into a source while it is being copied: the transactions of TPC-B in the tables of pgbench, mixed with what is hard to
 * replicate, and the check that holds in every state that such a source ever had.
 */
@NullMarked
package io.syncline.testkit.writers;

import org.jspecify.annotations.NullMarked;
