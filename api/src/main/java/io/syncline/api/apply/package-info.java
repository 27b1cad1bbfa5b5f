/** Changes prepared for a destination: coalesced, grouped, in rounds. */
@NullMarked
package io.syncline.api.apply;

import org.jspecify.annotations.NullMarked;
