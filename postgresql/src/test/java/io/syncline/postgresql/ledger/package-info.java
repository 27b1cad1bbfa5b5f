/** Tests of the ledger on real servers. */
@NullMarked
package io.syncline.postgresql.ledger;

import org.jspecify.annotations.NullMarked;
