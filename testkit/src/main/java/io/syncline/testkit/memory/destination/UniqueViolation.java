package io.syncline.testkit.memory.destination;

import io.syncline.api.model.TableId;

/** A row would have an equal value under a unique constraint (23505). */
final class UniqueViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UniqueViolation(TableId table, String constraint) {
        super("duplicate value in " + table + " under " + constraint);
    }
}
