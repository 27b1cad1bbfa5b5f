/** When what a source's log tells is seen by snapshots: a commit is in the log before others see it. */
@NullMarked
package io.syncline.postgresql.visibility;

import org.jspecify.annotations.NullMarked;
