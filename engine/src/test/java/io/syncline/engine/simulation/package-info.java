/**
 * The whole engine against a source and a destination in memory, driven by one thread in an order that a seed decides, with failures, crashes and takeovers at any
 * moment. After every destination transaction the invariants are looked at.
 */
@NullMarked
package io.syncline.engine.simulation;

import org.jspecify.annotations.NullMarked;
