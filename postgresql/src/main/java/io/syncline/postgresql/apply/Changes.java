package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one table that one statement applies.
 *
 * @param groups per change the number of its group of equal old rows; null for tables with a key
 * @param ranks per change its place in that group, from 1; null for tables with a key
 */
record Changes(Target target, List<NetChange> list, int @Nullable [] groups, int @Nullable [] ranks) {

    static Changes keyed(Target target, List<NetChange> list) {
        return new Changes(target, list, null, null);
    }

    int size() {
        return list.size();
    }

    int number(Field field, int index) {
        return switch (field.side()) {
            case ORDINAL -> index;
            case GROUP -> required(groups)[index];
            case RANK -> required(ranks)[index];
            case KEY, IMAGE -> throw new IllegalArgumentException(field + " is no number");
        };
    }

    private static int[] required(int @Nullable [] numbers) {
        if (numbers == null) {
            throw new IllegalStateException("the changes were not grouped");
        }
        return numbers;
    }

    /** The bytes of the values, about. */
    long bytes() {
        long bytes = 0;
        for (NetChange change : list) {
            bytes += change.key() == null ? 0 : change.key().byteSize();
            bytes += change.image() == null ? 0 : change.image().byteSize();
        }
        return bytes;
    }
}
