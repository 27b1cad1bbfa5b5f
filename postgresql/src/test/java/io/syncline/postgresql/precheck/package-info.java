/** Tests of the precheck items on real servers: each passes and fails once. */
@NullMarked
package io.syncline.postgresql.precheck;

import org.jspecify.annotations.NullMarked;
