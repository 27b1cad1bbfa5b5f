/**
 * Applies changes to a PostgreSQL destination: one transaction at a time, its ledger row locked first and its position written last (I1, I2, T20), net changes by one
 * statement per group, fed through array parameters when they are few and through COPY when they are many, and in source order when the net changes collide.
 */
@NullMarked
package io.syncline.postgresql.apply;

import org.jspecify.annotations.NullMarked;
