/** A digest of tables that SQL alone computes, on every supported version alike: the independent witness of what the product says. */
@NullMarked
package io.syncline.testkit.digest;

import org.jspecify.annotations.NullMarked;
