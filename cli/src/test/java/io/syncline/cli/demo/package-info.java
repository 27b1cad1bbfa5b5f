/** Proofs that the demo shows what it promises. */
@NullMarked
package io.syncline.cli.demo;

import org.jspecify.annotations.NullMarked;
