/** The memory ends keep the promises that simulations rely on. */
@NullMarked
package io.syncline.testkit.memory;

import org.jspecify.annotations.NullMarked;
