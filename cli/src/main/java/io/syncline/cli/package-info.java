/** The command line: the same use cases as every other surface, with exit codes and machine-readable output. */
@NullMarked
package io.syncline.cli;

import org.jspecify.annotations.NullMarked;
