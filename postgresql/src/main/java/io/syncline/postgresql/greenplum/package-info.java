/** Greenplum as source: segments' streams read as one (docs/design/segment-streams.md). */
@NullMarked
package io.syncline.postgresql.greenplum;

import org.jspecify.annotations.NullMarked;
