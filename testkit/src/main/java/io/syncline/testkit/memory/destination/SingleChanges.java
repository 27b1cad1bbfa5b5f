package io.syncline.testkit.memory.destination;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent.Delete;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.Update;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies changes one by one, in source order. Rows without a key are matched whole; they are read under exact snapshots, so that they are always there. */
final class SingleChanges {

    private final MemoryStore store;
    private final StoreTransaction transaction;
    private final Mode mode;
    private final List<RefetchRequest> requests;

    SingleChanges(MemoryStore store, StoreTransaction transaction, Mode mode, List<RefetchRequest> requests) {
        this.store = store;
        this.transaction = transaction;
        this.mode = mode;
        this.requests = requests;
    }

    /** Source order collides only where the destination differs from the source. */
    void applyOrConflict(RoutedChange routed) {
        try {
            apply(routed);
        } catch (UniqueViolation e) {
            throw new SyncException(
                    ErrorCode.CONFLICT_KEY_EXISTS, String.valueOf(e.getMessage()), "Compare both ends.", e);
        }
    }

    /** @throws UniqueViolation when the destination does not hold what the source did */
    void apply(RoutedChange routed) {
        TargetRows target = new TargetRows(store, transaction, routed.route());
        boolean keyed = routed.route().destination().key().exists();
        switch (routed.change()) {
            case Insert insert -> {
                if (keyed && mode == Mode.CATCHING_UP) {
                    target.upsert(insert.after());
                } else {
                    target.insert(insert.after());
                }
            }
            case Update update -> {
                if (!keyed) {
                    Row before = whole(update.before());
                    target.update(
                            required(routed.route(), target.findWhole(before)),
                            update.after().over(before),
                            List.of());
                } else if (mode == Mode.STRICT) {
                    target.update(required(routed.route(), target.find(keyOf(update))), update.after(), List.of());
                } else {
                    updateOrAsk(target, update);
                }
            }
            case Delete delete -> {
                if (!keyed) {
                    target.delete(required(routed.route(), target.findWhole(delete.before())));
                } else if (mode == Mode.STRICT) {
                    target.delete(required(routed.route(), target.find(delete.before())));
                } else {
                    target.deleteByKey(delete.before());
                }
            }
        }
    }

    private void updateOrAsk(TargetRows target, Update update) {
        Row key = keyOf(update);
        Row before = update.before();
        Row image = before == null ? update.after() : update.after().over(before);
        boolean moves = !target.sameKey(key, image);
        Long there = moves ? null : target.find(key);
        if (moves) {
            target.deleteByKey(key);
        }
        if (target.isComplete(image)) {
            target.upsert(image);
        } else if (there == null) {
            requests.add(target.request(image));
        } else {
            target.update(there, image, List.of());
        }
    }

    private static Row keyOf(Update update) {
        Row before = update.before();
        return before == null ? update.after() : before;
    }

    private static Row whole(@Nullable Row before) {
        if (before == null) {
            throw new IllegalStateException("an old row without a key did not come whole");
        }
        return before;
    }

    private static long required(TableRoute route, @Nullable Long identity) {
        if (identity == null) {
            throw new SyncException(
                    ErrorCode.CONFLICT_ROW_MISSING,
                    "a row of " + route.destination().table() + " is not there",
                    "Compare both ends.");
        }
        return identity;
    }
}
