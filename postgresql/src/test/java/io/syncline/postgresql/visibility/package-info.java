/** What others see of transactions that are in the log. */
@NullMarked
package io.syncline.postgresql.visibility;

import org.jspecify.annotations.NullMarked;
