/** What every part of Syncline speaks: rows, events, positions, ports, tasks and errors. It depends on the JDK alone. */
@NullMarked
package io.syncline.api;

import org.jspecify.annotations.NullMarked;
