/** Reading single rows of a PostgreSQL source by key, for values that no message of the stream carries. */
@NullMarked
package io.syncline.postgresql.fetch;

import org.jspecify.annotations.NullMarked;
