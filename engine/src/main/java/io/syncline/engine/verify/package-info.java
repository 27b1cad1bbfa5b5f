/** Comparing both ends of a task, also while it runs. */
@NullMarked
package io.syncline.engine.verify;

import org.jspecify.annotations.NullMarked;
