/** Tests of the catalog on real servers. */
@NullMarked
package io.syncline.postgresql.catalog;

import org.jspecify.annotations.NullMarked;
