package io.syncline.engine.stream.coalesce;

import io.syncline.api.model.Row;
import org.jspecify.annotations.Nullable;

/** One key of a table that the round has touched, and the rows that have it at this moment: none or one; under a deferrable key several. */
final class NetKey {

    /** A row that holds the key. */
    final Row row;

    final int hash;

    @Nullable
    NetRow occupant;

    /** False until the first change: then it is not known whether a row has the key. */
    boolean touched;

    /** The row that had the key at the round's start, once it is known. */
    @Nullable
    NetRow origin;

    NetKey(Row row, int hash) {
        this.row = row;
        this.hash = hash;
    }

    boolean isShared() {
        return occupant != null && occupant.next != null;
    }

    void enter(NetRow arriving) {
        arriving.next = null;
        if (occupant == null) {
            occupant = arriving;
            return;
        }
        NetRow last = occupant;
        while (last.next != null) {
            last = last.next;
        }
        last.next = arriving;
    }

    @SuppressWarnings("ReferenceEquality")
    void leave(NetRow leaving) {
        if (occupant == leaving) {
            occupant = leaving.next;
        } else {
            NetRow before = occupant;
            while (before != null && before.next != leaving) {
                before = before.next;
            }
            if (before != null) {
                before.next = leaving.next;
            }
        }
        leaving.next = null;
    }
}
