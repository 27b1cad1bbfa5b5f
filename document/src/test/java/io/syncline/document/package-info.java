/** Proofs that a task file is taken as written or refused with every reason. */
@NullMarked
package io.syncline.document;

import org.jspecify.annotations.NullMarked;
