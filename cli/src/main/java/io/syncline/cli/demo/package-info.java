/** The command {@code demo}: two servers of its own, a small shop with clients that keep writing, and the real use cases between them. */
@NullMarked
package io.syncline.cli.demo;

import org.jspecify.annotations.NullMarked;
