/** The full load: plans, chunks, keys, and the objects made before and after. */
@NullMarked
package io.syncline.engine.load;

import org.jspecify.annotations.NullMarked;
