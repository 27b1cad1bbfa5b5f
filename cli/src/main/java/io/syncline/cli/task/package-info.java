/** What the command line asks of Syncline: the use cases as it sees them, their engine behind, and what a run takes from the process around it. */
@NullMarked
package io.syncline.cli.task;

import org.jspecify.annotations.NullMarked;
