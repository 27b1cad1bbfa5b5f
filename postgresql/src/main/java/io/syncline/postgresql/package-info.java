/** The connector for PostgreSQL and its relatives, as source and as destination. */
@NullMarked
package io.syncline.postgresql;

import org.jspecify.annotations.NullMarked;
