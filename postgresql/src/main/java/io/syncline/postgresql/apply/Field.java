package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import org.jspecify.annotations.Nullable;

/**
 * A column of the relation {@code n} that feeds a statement.
 *
 * @param name its name there: {@code k0} for the key's first column, {@code c5} for an image's column, {@code b5} for a whole old row's column
 * @param destinationColumn whose values it holds; -1 for a number that is counted here
 * @param side from where the values come
 */
record Field(String name, int destinationColumn, Side side) {

    enum Side {
        /** {@link NetChange#key()}. */
        KEY,
        /** {@link NetChange#image()}. */
        IMAGE,
        /** The change's place in its list, from 0. */
        ORDINAL,
        /** Changes of equal old rows have the same number (T15). */
        GROUP,
        /** The change's place among those of equal old rows, from 1. */
        RANK
    }

    static final Field ORDINAL = new Field("o", -1, Side.ORDINAL);
    static final Field GROUP = new Field("g", -1, Side.GROUP);
    static final Field RANK = new Field("r", -1, Side.RANK);

    static Field key(int place, int destinationColumn) {
        return new Field("k" + place, destinationColumn, Side.KEY);
    }

    static Field image(int destinationColumn) {
        return new Field("c" + destinationColumn, destinationColumn, Side.IMAGE);
    }

    static Field before(int destinationColumn) {
        return new Field("b" + destinationColumn, destinationColumn, Side.KEY);
    }

    boolean isNumber() {
        return destinationColumn < 0;
    }

    String type(Target target) {
        return isNumber() ? "integer" : target.unconstrained(destinationColumn);
    }

    /** The row that holds this field's value, which must be there. */
    Row row(Target target, NetChange change) {
        @Nullable Row row = side == Side.KEY ? change.key() : change.image();
        if (row == null || !row.isPresent(target.source(destinationColumn))) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    target.label() + ": a change has no " + (side == Side.KEY ? "old" : "new") + " value of column "
                            + target.column(destinationColumn).name() + ", which must be written",
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
        return row;
    }
}
