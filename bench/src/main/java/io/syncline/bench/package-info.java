/** Measurements of the hot path with JMH. */
@NullMarked
package io.syncline.bench;

import org.jspecify.annotations.NullMarked;
