/** Tests of sessions on real servers. */
@NullMarked
package io.syncline.postgresql.session;

import org.jspecify.annotations.NullMarked;
