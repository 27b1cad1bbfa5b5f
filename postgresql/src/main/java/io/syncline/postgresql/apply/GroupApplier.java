package io.syncline.postgresql.apply;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.model.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Applies net changes by one or two statements for each table. */
final class GroupApplier {

    /** From here on COPY takes less of the server's time than a statement over arrays; before it, its second round trip counts more. */
    private static final int COPIED_ROWS = 50;

    private final Targets targets;
    private final Feeds feeds;
    private final SharedKeys sharedKeys;
    private final Quarantine quarantine;

    GroupApplier(Targets targets, Feeds feeds, SharedKeys sharedKeys, Quarantine quarantine) {
        this.targets = targets;
        this.feeds = feeds;
        this.sharedKeys = sharedKeys;
        this.quarantine = quarantine;
    }

    /**
     * Every change must find its row, or its key free. Groups of few changes go together, in their order.
     *
     * @return rows to be read again, of tables that were not loaded whole
     * @throws io.syncline.api.error.SyncException CONFLICT_ROW_MISSING, CONFLICT_KEY_EXISTS
     */
    List<RefetchRequest> strict(List<ChangeGroup> groups) throws SQLException {
        Together together = feeds.together();
        together.forget();
        List<RefetchRequest> requests = new ArrayList<>();
        for (ChangeGroup group : groups) {
            Target target = targets.of(group.route());
            if (group.kind() == ChangeGroup.Kind.UPDATE && target.rereads(group.columns())) {
                together.run();
                requests.addAll(ask(target, group.changes()));
                continue;
            }
            quarantine.makeRoom(target, group.changes());
            for (List<NetChange> portion : Feeds.portions(target, group.changes())) {
                Shape shape = shapeOfFew(target, group, portion);
                if (shape != null) {
                    together.add(Changes.keyed(target, portion), shape, doing(group.kind()));
                } else {
                    together.run();
                    strict(target, group.kind(), group.columns(), portion);
                }
            }
        }
        together.run();
        return requests;
    }

    /** Rows that may not have been loaded are read whole instead of being changed in part (T25). An old key that is left must go now. */
    List<RefetchRequest> ask(Target target, List<NetChange> changes) throws SQLException {
        quarantine.forget(target, changes);
        List<NetChange> moved =
                changes.stream().filter(change -> !keepsKey(target, change)).toList();
        if (!moved.isEmpty()) {
            delete(target, moved);
        }
        return changes.stream()
                .map(change -> Requests.of(target, Objects.requireNonNull(change.image())))
                .toList();
    }

    /** The one statement that these changes take; null when they take more than that, or another way. */
    private @Nullable Shape shapeOfFew(Target target, ChangeGroup group, List<NetChange> changes) {
        if (target.route().destination().key().deferrable() || !feeds.isFew(Changes.keyed(target, changes))) {
            return null;
        }
        return switch (group.kind()) {
            case DELETE -> Shape.DELETE;
            case INSERT -> changes.size() < COPIED_ROWS ? Shape.INSERT : null;
            case UPDATE -> {
                boolean staying = changes.stream().allMatch(change -> keepsKey(target, change));
                List<Integer> set = target.settable(group.columns(), false);
                yield staying && !set.isEmpty() ? Shape.update(set) : null;
            }
        };
    }

    private static String doing(ChangeGroup.Kind kind) {
        return switch (kind) {
            case DELETE -> "delete";
            case INSERT -> "insert";
            case UPDATE -> "update";
        };
    }

    void strict(Target target, ChangeGroup.Kind kind, List<Integer> columns, List<NetChange> changes)
            throws SQLException {
        switch (kind) {
            case DELETE -> requireAll(Changes.keyed(target, changes), Shape.DELETE, "delete");
            case UPDATE -> update(target, columns, changes);
            case INSERT -> insert(Changes.keyed(target, changes));
        }
    }

    /**
     * A row may be there or not, older or newer than the change (T5). In these changes no key changes.
     *
     * @return rows to be read again: partial images that found no row
     */
    List<RefetchRequest> catchingUp(ChangeGroup group) throws SQLException {
        Target target = targets.of(group.route());
        List<RefetchRequest> requests = new ArrayList<>();
        for (List<NetChange> portion : Feeds.portions(target, group.changes())) {
            requests.addAll(catchingUp(target, group.kind(), group.columns(), portion));
        }
        return requests;
    }

    List<RefetchRequest> catchingUp(
            Target target, ChangeGroup.Kind kind, List<Integer> columns, List<NetChange> changes) throws SQLException {
        quarantine.forget(target, changes);
        return switch (kind) {
            case DELETE -> {
                delete(target, changes);
                yield List.of();
            }
            case INSERT -> {
                upsert(target, changes);
                yield List.of();
            }
            case UPDATE -> {
                if (target.isComplete(columns)) {
                    upsert(target, changes);
                    yield List.of();
                }
                yield target.rereads(columns) ? ask(target, changes) : updateOrAsk(target, columns, changes);
            }
        };
    }

    /** Before rows come to keys that others may have had in quarantine. */
    void makeRoom(Target target, List<NetChange> changes) throws SQLException {
        quarantine.makeRoom(target, changes);
    }

    /** {@link #delete}, whether the rows are in the table or in quarantine. */
    void forget(Target target, List<NetChange> changes) throws SQLException {
        quarantine.forget(target, changes);
        delete(target, changes);
    }

    /** Deletes the rows of old keys, as many as there are. */
    void delete(Target target, List<NetChange> changes) throws SQLException {
        Feed feed = feeds.open(Changes.keyed(target, changes), List.of(Shape.DELETE));
        feed.execute(Shape.DELETE);
    }

    /** Whether some row has the image's key. */
    boolean exists(Target target, Row image) throws SQLException {
        Feed feed = feeds.open(Changes.keyed(target, List.of(new NetChange(image, null))), List.of(Shape.COUNT));
        return feed.execute(Shape.COUNT) > 0;
    }

    /** Each complete image replaces the row of its key, keeping columns that only the destination has (T43), or is inserted. */
    void upsert(Target target, List<NetChange> changes) throws SQLException {
        Shape replace = Shape.replace(target.replaceable());
        Feed feed = feeds.open(Changes.keyed(target, changes), List.of(replace, Shape.INSERT_ABSENT));
        if (!replace.columns().isEmpty()) {
            feed.execute(replace);
        }
        feed.execute(Shape.INSERT_ABSENT);
    }

    private List<RefetchRequest> updateOrAsk(Target target, List<Integer> columns, List<NetChange> changes)
            throws SQLException {
        List<Integer> set = new ArrayList<>(target.replaceable());
        set.retainAll(columns);
        Shape update = Shape.update(set);
        List<Shape> shapes = set.isEmpty() ? List.of(Shape.MISSING) : List.of(update, Shape.MISSING);
        Feed feed = feeds.open(Changes.keyed(target, changes), shapes);
        if (!set.isEmpty() && feed.execute(update) == changes.size()) {
            return List.of();
        }
        return feed.ordinals(Shape.MISSING).stream()
                .map(ordinal -> Requests.of(target, Requests.keyRow(changes.get(ordinal))))
                .toList();
    }

    /** Moves and others apart: an unchanged key is not set, which GENERATED ALWAYS would refuse (T43). */
    private void update(Target target, List<Integer> columns, List<NetChange> changes) throws SQLException {
        List<NetChange> staying = new ArrayList<>();
        List<NetChange> moving = new ArrayList<>();
        for (NetChange change : changes) {
            (keepsKey(target, change) ? staying : moving).add(change);
        }
        if (!staying.isEmpty()) {
            List<Integer> set = target.settable(columns, false);
            requireAll(Changes.keyed(target, staying), set.isEmpty() ? Shape.COUNT : Shape.update(set), "update");
        }
        if (!moving.isEmpty()) {
            Changes moves = Changes.keyed(target, moving);
            requireAll(moves, Shape.update(target.settable(columns, true)), "update");
            sharedKeys.refuse(moves);
        }
    }

    static boolean keepsKey(Target target, NetChange change) {
        return change.key() != null && change.image() != null && target.keepsKey(change.key(), change.image());
    }

    private void insert(Changes changes) throws SQLException {
        if (changes.target().isMerged() || (changes.size() < COPIED_ROWS && feeds.isFew(changes))) {
            requireAll(changes, Shape.INSERT, "insert");
        } else {
            Rejections.requireAll(changes, feeds.copyInto(changes), "insert");
        }
        sharedKeys.refuse(changes);
    }

    private void requireAll(Changes changes, Shape shape, String doing) throws SQLException {
        Feed feed = feeds.open(changes, List.of(shape));
        Rejections.requireAll(changes, feed.execute(shape), doing);
    }
}
