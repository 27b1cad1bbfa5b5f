/** Failures as the user sees them. */
@NullMarked
package io.syncline.api.error;

import org.jspecify.annotations.NullMarked;
