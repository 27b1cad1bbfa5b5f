/** From a change stream to the destination: reading, batching, coalescing, applying, confirming. */
@NullMarked
package io.syncline.engine.stream;

import org.jspecify.annotations.NullMarked;
