/** A task run inside the test's own process: many runs in the time that one process takes to start. */
@NullMarked
package io.syncline.cli.local;

import org.jspecify.annotations.NullMarked;
