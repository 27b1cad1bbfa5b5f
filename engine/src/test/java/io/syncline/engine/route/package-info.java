/** Tests of choosing tables and of naming objects. */
@NullMarked
package io.syncline.engine.route;

import org.jspecify.annotations.NullMarked;
