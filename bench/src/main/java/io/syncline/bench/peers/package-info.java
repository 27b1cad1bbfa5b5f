/** Syncline's side of the comparison with its peers where the command line has none: {@code bench/run-peers} starts the programs. */
@NullMarked
package io.syncline.bench.peers;

import org.jspecify.annotations.NullMarked;
