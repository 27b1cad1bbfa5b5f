package io.syncline.api.apply;

import java.util.List;

/**
 * A part of a destination transaction that is held in memory at once: whole source transactions, or a piece of a large one (T38).
 *
 * @param mode what absence and presence of rows mean
 * @param groups the net changes of tables whose keys can be compared by their bytes, tables in a fixed order (T42), kinds in the order of {@link ChangeGroup.Kind}
 * @param ordered the changes of all other tables (no key, or a key with {@link io.syncline.api.model.TextForm#OPAQUE}, or changes that contradict each other because
 *     some operations were not chosen), in source order, to be applied one by one; no table is both in here and in {@code groups}
 * @param sequence every change of the round in source order: applied instead of {@code groups} and {@code ordered}, one by one, when the net changes collide
 *     on a unique or exclusion constraint (23505, 23P01)
 */
public record Round(Mode mode, List<ChangeGroup> groups, List<RoutedChange> ordered, List<RoutedChange> sequence) {

    public enum Mode {
        /**
         * Until the stream has passed the highest position at which anything was read (T5): every complete image is an upsert, a partial image that finds no row,
         * or whose key changes, is asked for again, a DELETE may find nothing.
         *
         * <p>In {@code groups} no key changes: a row that moved comes as a DELETE of each key that it had and no row has at the end, and, when its image is complete,
         * as an UPDATE whose key is the image's own; without a complete image it is asked for again by the caller. Key changes occur in {@code ordered} and
         * {@code sequence} only; there a complete image deletes the old key and is an upsert, a partial one deletes the old key and is asked for again by the new.
         */
        CATCHING_UP,
        /** Every change must find the destination as the source's was: otherwise it is a conflict. */
        STRICT
    }

    public Round {
        groups = List.copyOf(groups);
        ordered = List.copyOf(ordered);
        sequence = List.copyOf(sequence);
    }
}
