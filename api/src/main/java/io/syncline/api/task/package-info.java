/** The task document as records, after it was checked. */
@NullMarked
package io.syncline.api.task;

import org.jspecify.annotations.NullMarked;
