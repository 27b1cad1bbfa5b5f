/** Database objects as PostgreSQL-family destinations make them, read from any source. */
@NullMarked
package io.syncline.api.schema;

import org.jspecify.annotations.NullMarked;
