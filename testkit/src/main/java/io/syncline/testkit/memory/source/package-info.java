/** A source in memory: several ordered logs, rows of every past state, slots that let the log go only as far as was confirmed. */
@NullMarked
package io.syncline.testkit.memory.source;

import org.jspecify.annotations.NullMarked;
