/** Pages of docs/reference that are made from what the program itself says. */
@NullMarked
package io.syncline.cli.reference;

import org.jspecify.annotations.NullMarked;
