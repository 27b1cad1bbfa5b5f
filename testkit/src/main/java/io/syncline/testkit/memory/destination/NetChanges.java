package io.syncline.testkit.memory.destination;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies groups of net changes as one statement each would: first all rows are found, then they are written one after the other. */
final class NetChanges {

    private record Found(NetChange change, Long identity) {}

    private final MemoryStore store;
    private final StoreTransaction transaction;
    private final Mode mode;
    private final List<RefetchRequest> requests;

    NetChanges(MemoryStore store, StoreTransaction transaction, Mode mode, List<RefetchRequest> requests) {
        this.store = store;
        this.transaction = transaction;
        this.mode = mode;
        this.requests = requests;
    }

    /** @throws UniqueViolation when the order of the rows, or the rows themselves, collide */
    void apply(ChangeGroup group) {
        TargetRows target = new TargetRows(store, transaction, group.route());
        switch (mode) {
            case STRICT -> strict(group, target);
            case CATCHING_UP -> catchingUp(group, target);
        }
    }

    private static void strict(ChangeGroup group, TargetRows target) {
        switch (group.kind()) {
            case DELETE -> found(group, target).forEach(found -> target.delete(found.identity()));
            case UPDATE ->
                found(group, target)
                        .forEach(found -> target.update(found.identity(), image(found.change()), group.columns()));
            case INSERT -> group.changes().forEach(change -> target.insert(image(change)));
        }
    }

    private static List<Found> found(ChangeGroup group, TargetRows target) {
        List<Found> rows = new ArrayList<>();
        for (NetChange change : group.changes()) {
            Long identity = target.find(key(change));
            if (identity == null) {
                throw missing(group);
            }
            rows.add(new Found(change, identity));
        }
        return rows;
    }

    private void catchingUp(ChangeGroup group, TargetRows target) {
        switch (group.kind()) {
            case DELETE -> group.changes().forEach(change -> target.deleteByKey(key(change)));
            case UPDATE -> updateOrAsk(group, target);
            case INSERT -> group.changes().forEach(change -> target.upsert(image(change)));
        }
    }

    /** No key changes here; a row that is not told completely and is not here is asked for (T5). */
    private void updateOrAsk(ChangeGroup group, TargetRows target) {
        for (NetChange change : group.changes()) {
            Row image = image(change);
            if (!target.sameKey(key(change), image)) {
                throw new IllegalArgumentException("a key changes in a group while the stream catches up");
            }
            Long there = target.find(image);
            if (target.isComplete(image)) {
                target.upsert(image);
            } else if (there == null) {
                requests.add(target.request(image));
            } else {
                target.update(there, image, group.columns());
            }
        }
    }

    private static Row key(NetChange change) {
        return present(change.key());
    }

    private static Row image(NetChange change) {
        return present(change.image());
    }

    private static Row present(@Nullable Row row) {
        if (row == null) {
            throw new IllegalArgumentException("a net change of its group's kind has more");
        }
        return row;
    }

    private static SyncException missing(ChangeGroup group) {
        return new SyncException(
                ErrorCode.CONFLICT_ROW_MISSING,
                "a row of " + group.route().destination().table() + " to " + group.kind() + " is not there",
                "Compare both ends.");
    }
}
