/** Proofs of what the command line promises to people and scripts. */
@NullMarked
package io.syncline.cli;

import org.jspecify.annotations.NullMarked;
