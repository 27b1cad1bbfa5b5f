/**
 * A source and a destination in memory, for tests of everything that speaks to ports. They share no format, no position type and no SQL with any real system: what
 * works on them does not rely on one.
 */
@NullMarked
package io.syncline.testkit.memory;

import org.jspecify.annotations.NullMarked;
