/** The stream of changes against real servers. */
@NullMarked
package io.syncline.postgresql.stream;

import org.jspecify.annotations.NullMarked;
