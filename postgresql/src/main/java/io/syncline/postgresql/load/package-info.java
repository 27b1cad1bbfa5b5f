/** Writing chunks into a PostgreSQL destination: COPY data as it came, and the chunk's mark, in one fenced transaction. */
@NullMarked
package io.syncline.postgresql.load;

import org.jspecify.annotations.NullMarked;
