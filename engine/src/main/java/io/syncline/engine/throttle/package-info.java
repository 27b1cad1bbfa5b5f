/** Holds reading of the source back to what the user allows. */
@NullMarked
package io.syncline.engine.throttle;

import org.jspecify.annotations.NullMarked;
