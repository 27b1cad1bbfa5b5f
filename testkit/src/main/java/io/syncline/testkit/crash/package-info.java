/** Runs the real command line as a process of its own, and kills, stops and continues it at named marks. */
@NullMarked
package io.syncline.testkit.crash;

import org.jspecify.annotations.NullMarked;
