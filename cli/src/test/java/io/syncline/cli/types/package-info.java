/** Literals of every type, written in every way, between real servers. */
@NullMarked
package io.syncline.cli.types;

import org.jspecify.annotations.NullMarked;
