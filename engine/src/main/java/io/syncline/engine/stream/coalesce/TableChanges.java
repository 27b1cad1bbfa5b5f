package io.syncline.engine.stream.coalesce;

import io.syncline.api.apply.Round.Mode;
import io.syncline.api.model.ChangeEvent.Delete;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.Update;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the rows of one table through a round (T1). Each row keeps the key that it had at the round's start, the union of the columns that any change carried,
 * and so the kind of its first change (T14).
 *
 * <p>Changes that cannot follow each other (an INSERT on a row that is there) are possible where some operations were not chosen. They are not resolved here: the
 * table {@link #isContradicted()}, and the applier judges its changes one by one.
 *
 * <p>Under a deferrable key two rows may have one key for a moment. PostgreSQL takes no deferrable key for a replica identity, so that such a table has FULL:
 * the whole old row tells which of them a change means.
 */
final class TableChanges {

    private final TableRoute route;
    private final KeyForm form;
    private final KeyTable keys;
    private final List<NetRow> rows = new ArrayList<>();
    private final boolean deferrable;
    private boolean contradicted;

    TableChanges(TableRoute route, KeyForm form) {
        this.route = route;
        this.form = form;
        this.keys = new KeyTable(form);
        this.deferrable = route.source().key().deferrable();
    }

    void add(RowChange change) {
        if (contradicted) {
            return;
        }
        boolean possible = switch (change) {
            case Insert insert -> insert(form.requireKey(insert.after()));
            case Update update -> update(update.before(), update.after());
            case Delete delete -> delete(form.requireKey(delete.before()));
        };
        contradicted = !possible;
    }

    private boolean insert(Row after) {
        NetKey key = keys.key(after);
        if (key.occupant != null && !deferrable) {
            return false;
        }
        key.touched = true;
        NetRow origin = key.origin;
        if (origin != null && origin.image == null) {
            // Deleted and inserted again: the row is there, so it gets the complete image by an UPDATE (T14).
            origin.image = after;
            key.enter(origin);
        } else {
            key.enter(started(null, after));
        }
        return true;
    }

    private boolean update(@Nullable Row before, Row after) {
        // A whole old row holds what the new one calls unchanged; an old key holds a key that is too long to be sent
        // twice.
        Row image = form.requireKey(before == null ? after : after.over(before));
        Row old = before == null ? image : form.requireKey(before);
        NetKey from = keys.key(old);
        NetRow row = claim(from, old, before);
        if (row == null) {
            return false;
        }
        if (before == null || form.equal(old, image)) {
            row.over(image);
            return true;
        }
        from.leave(row);
        NetKey to = keys.key(image);
        if (to.occupant != null && !deferrable) {
            return false;
        }
        to.touched = true;
        to.enter(row);
        row.over(image);
        row.moved = true;
        return true;
    }

    private boolean delete(Row before) {
        NetKey key = keys.key(before);
        NetRow row = claim(key, before, before);
        if (row == null) {
            return false;
        }
        key.leave(row);
        row.image = null;
        return true;
    }

    /** The row that a change of {@code key} means, or null when there can be none. */
    private @Nullable NetRow claim(NetKey key, Row holdsKey, @Nullable Row before) {
        if (!key.touched) {
            return first(key, holdsKey);
        }
        if (!deferrable) {
            return key.occupant;
        }
        if (before == null) {
            NetRow only = key.occupant;
            return only != null && only.next == null && !only.moved ? only : null;
        }
        for (NetRow row = key.occupant; row != null; row = row.next) {
            if (row.image != null && agree(row.image, before)) {
                return row;
            }
        }
        // Another row had this key from the start, while the known ones came and went.
        return key.origin == null ? first(key, holdsKey) : null;
    }

    private NetRow first(NetKey key, Row holdsKey) {
        NetRow row = started(holdsKey, holdsKey);
        key.touched = true;
        key.origin = row;
        key.enter(row);
        return row;
    }

    private NetRow started(@Nullable Row start, Row image) {
        NetRow row = new NetRow(start, image);
        rows.add(row);
        return row;
    }

    /** True when no column that both know differs. */
    private static boolean agree(Row one, Row other) {
        for (int column = 0; column < one.columns(); column++) {
            if (one.isPresent(column) && other.isPresent(column) && !sameValue(one, other, column)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameValue(Row one, Row other, int column) {
        int length = one.length(column);
        int offset = one.offset(column);
        int otherOffset = other.offset(column);
        return length == other.length(column)
                && (length <= 0
                        || Arrays.equals(
                                one.page(), offset, offset + length, other.page(), otherOffset, otherOffset + length));
    }

    /** True when the changes cannot be brought together. */
    boolean isContradicted() {
        return contradicted
                || keys.inOrder().stream().anyMatch(key -> key.occupant != null && key.occupant.next != null);
    }

    /** What the round comes to, when it is not contradicted. */
    NetChanges net(Mode mode) {
        NetChanges net = new NetChanges(route, form);
        switch (mode) {
            case STRICT -> rows.forEach(net::strict);
            case CATCHING_UP -> {
                keys.inOrder().stream().filter(key -> key.occupant == null).forEach(key -> vacated(key, net));
                rows.forEach(net::catchingUp);
            }
        }
        return net;
    }

    /** Rows that share a deferrable key for a moment come and go, while one of which the round says nothing may have the key all the time. */
    private void vacated(NetKey key, NetChanges net) {
        if (deferrable && key.origin == null) {
            net.request(key.row);
        } else {
            net.delete(key.row);
        }
    }
}
