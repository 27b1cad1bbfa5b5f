/** Running the precheck items of both ends and reporting them. */
@NullMarked
package io.syncline.engine.precheck;

import org.jspecify.annotations.NullMarked;
