/** Which tables are chosen, and the way of each to its destination. */
@NullMarked
package io.syncline.engine.route;

import org.jspecify.annotations.NullMarked;
