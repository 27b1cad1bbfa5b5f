/** Stages and the runtimes that drive them. */
@NullMarked
package io.syncline.engine.run;

import org.jspecify.annotations.NullMarked;
