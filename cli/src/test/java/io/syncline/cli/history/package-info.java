/** Random histories of random tables, followed from the source's log to the destination's: every commit that a reader can see is a state that the source had. */
@NullMarked
package io.syncline.cli.history;

import org.jspecify.annotations.NullMarked;
