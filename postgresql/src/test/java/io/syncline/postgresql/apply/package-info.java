/** Tests of the applier on real servers. */
@NullMarked
package io.syncline.postgresql.apply;

import org.jspecify.annotations.NullMarked;
