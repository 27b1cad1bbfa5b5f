package io.syncline.engine.stream.coalesce;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.ChangeGroup.Kind;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The net changes of one table, grouped by kind and by the destination columns that their images have. */
final class NetChanges {

    /** Fewer rows have few pages in common. */
    private static final int MANY = 1_000;

    private final TableRoute route;
    private final KeyForm form;
    private final WrittenColumns columns;
    private final List<NetChange> deletes = new ArrayList<>();
    private final List<NetChange> inserts = new ArrayList<>();
    private final List<NetChange> completeUpdates = new ArrayList<>();
    private final Map<BitSet, List<NetChange>> partialUpdates = new LinkedHashMap<>();
    private final List<RefetchRequest> requests = new ArrayList<>();
    private boolean moves;

    NetChanges(TableRoute route, KeyForm form) {
        this.route = route;
        this.form = form;
        this.columns = new WrittenColumns(route);
    }

    /** The destination is as the source was at the round's start: each row is found by the key that it had there (T1). */
    void strict(NetRow row) {
        Row image = row.image;
        moves |= row.moved;
        if (row.start == null) {
            if (image != null) {
                insert(image);
            }
        } else if (image == null) {
            delete(row.start);
        } else {
            update(row.start, image);
        }
    }

    /**
     * The destination may hold states from the midst of the round: under each of a row's keys the row itself, or another that had the key for a moment (T5). So
     * every key that no row has at the end is deleted, a complete image replaces whatever has its key, and a moved row without a complete image is asked for
     * again, because what its key holds may be of another row.
     */
    void catchingUp(NetRow row) {
        Row image = row.image;
        if (image == null) {
            return;
        }
        if (row.start == null) {
            insert(image);
        } else if (columns.isComplete(image)) {
            update(image, image);
        } else if (row.moved) {
            request(image);
        } else {
            update(row.start, image);
        }
    }

    void request(Row key) {
        requests.add(new RefetchRequest(route, form.keyOnly(key)));
    }

    void delete(Row key) {
        deletes.add(new NetChange(key, null));
    }

    private void insert(Row image) {
        if (!columns.isComplete(image)) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "an inserted row of " + route.source().table() + " came without the column "
                            + columns.firstMissing(image) + "; it cannot be written",
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
        inserts.add(new NetChange(null, image));
    }

    private void update(Row key, Row image) {
        if (columns.isComplete(image)) {
            completeUpdates.add(new NetChange(key, image));
        } else {
            partialUpdates
                    .computeIfAbsent(columns.present(image), mask -> new ArrayList<>())
                    .add(new NetChange(key, image));
        }
    }

    List<RefetchRequest> requests() {
        return requests;
    }

    /** What leaves a key goes before what takes it. Rows that only come have no place yet: they keep the order in which the source got them. */
    void addGroupsTo(List<ChangeGroup> groups) {
        add(groups, Kind.DELETE, List.of(), neighboursTogether(deletes));
        add(groups, Kind.UPDATE, columns.all(), neighboursTogether(completeUpdates));
        partialUpdates.forEach(
                (mask, changes) -> add(groups, Kind.UPDATE, columns.indexes(mask), neighboursTogether(changes)));
        add(groups, Kind.INSERT, columns.all(), inserts);
    }

    /** Many rows are found in the order of their keys, so that each page of the table and of its index is visited once. Keys that move keep the order that was possible at the source. */
    private List<NetChange> neighboursTogether(List<NetChange> changes) {
        if (moves || changes.size() < MANY) {
            return changes;
        }
        List<NetChange> sorted = new ArrayList<>(changes);
        sorted.sort(
                (one, other) -> form.compare(Objects.requireNonNull(one.key()), Objects.requireNonNull(other.key())));
        return sorted;
    }

    private void add(List<ChangeGroup> groups, Kind kind, List<Integer> present, List<NetChange> changes) {
        if (!changes.isEmpty()) {
            groups.add(new ChangeGroup(route, kind, present, changes));
        }
    }
}
