/** The seeds of random tests: one place that chooses them, prints them, and names them in failures. */
@NullMarked
package io.syncline.testkit.seed;

import org.jspecify.annotations.NullMarked;
