/** The real command line between real servers: whole runs, kills, faults, bad input. */
@NullMarked
package io.syncline.cli.endtoend;

import org.jspecify.annotations.NullMarked;
