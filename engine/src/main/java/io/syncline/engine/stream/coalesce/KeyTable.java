package io.syncline.engine.stream.coalesce;

import io.syncline.api.model.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of a table that a round has touched: a hash table with open addressing that compares bytes where they lie. */
final class KeyTable {

    private final KeyForm form;
    private final List<NetKey> inOrder = new ArrayList<>();
    private @Nullable NetKey[] slots = new @Nullable NetKey[32];

    KeyTable(KeyForm form) {
        this.form = form;
    }

    /** The key of this row, which is made when it was not touched before. */
    NetKey key(Row row) {
        int hash = form.hash(row);
        int slot = hash & slots.length - 1;
        for (NetKey there = slots[slot]; there != null; there = slots[slot]) {
            if (there.hash == hash && form.equal(there.row, row)) {
                return there;
            }
            slot = slot + 1 & slots.length - 1;
        }
        NetKey key = new NetKey(row, hash);
        slots[slot] = key;
        inOrder.add(key);
        if (2 * inOrder.size() > slots.length) {
            grow();
        }
        return key;
    }

    /** In the order in which they were first touched. */
    List<NetKey> inOrder() {
        return inOrder;
    }

    private void grow() {
        @Nullable NetKey[] larger = new @Nullable NetKey[2 * slots.length];
        for (NetKey key : inOrder) {
            int slot = key.hash & larger.length - 1;
            while (larger[slot] != null) {
                slot = slot + 1 & larger.length - 1;
            }
            larger[slot] = key;
        }
        slots = larger;
    }
}
