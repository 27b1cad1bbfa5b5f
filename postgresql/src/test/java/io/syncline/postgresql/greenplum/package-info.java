/** Segments' streams as one, against a model of a cluster. */
@NullMarked
package io.syncline.postgresql.greenplum;

import org.jspecify.annotations.NullMarked;
