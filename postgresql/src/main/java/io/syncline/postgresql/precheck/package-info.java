/**
 * What is looked at before a start, at either end: each item by itself, changing nothing, with the statement that mends what it found. When a server cannot be reached
 * one item says so and the others say that they were not checked.
 */
@NullMarked
package io.syncline.postgresql.precheck;

import org.jspecify.annotations.NullMarked;
