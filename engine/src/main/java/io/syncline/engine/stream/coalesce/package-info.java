/** Brings the changes of a round together per key, so that each row is touched once. Pure computation: no ports, no clock, no state between rounds. */
@NullMarked
package io.syncline.engine.stream.coalesce;

import org.jspecify.annotations.NullMarked;
