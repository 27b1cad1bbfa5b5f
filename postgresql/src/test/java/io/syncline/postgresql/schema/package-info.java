/** Tests of structure read from one real server and made on another. */
@NullMarked
package io.syncline.postgresql.schema;

import org.jspecify.annotations.NullMarked;
