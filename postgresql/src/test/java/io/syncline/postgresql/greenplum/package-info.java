/** Segments' streams as one: against a model of a cluster, and against real ones that the environment names. */
@NullMarked
package io.syncline.postgresql.greenplum;

import org.jspecify.annotations.NullMarked;
