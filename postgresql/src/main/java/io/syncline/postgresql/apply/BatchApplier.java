package io.syncline.postgresql.apply;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.postgresql.apply.OrderedApplier.SingleChange;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies changes of one table with a key in source order, each expecting the destination to be as the source was. Runs of inserts go in one statement, since none can
 * see another; runs of other changes of one shape go as a batch, which the server applies one after the other.
 */
final class BatchApplier {

    private static final int MOST = 1_000;
    private static final long MOST_BYTES = 1 << 20;

    private final Feeds feeds;
    private final GroupApplier groups;
    private final SharedKeys sharedKeys;

    BatchApplier(Feeds feeds, GroupApplier groups, SharedKeys sharedKeys) {
        this.feeds = feeds;
        this.groups = groups;
        this.sharedKeys = sharedKeys;
    }

    void apply(Target target, List<SingleChange> changes) throws SQLException {
        int from = 0;
        while (from < changes.size()) {
            int to = endOfRun(target, changes, from);
            List<NetChange> run =
                    changes.subList(from, to).stream().map(SingleChange::net).toList();
            SingleChange first = changes.get(from);
            if (run.size() == 1 || first.kind() == ChangeGroup.Kind.INSERT) {
                for (List<NetChange> portion : Feeds.portions(target, run)) {
                    groups.strict(target, first.kind(), first.columns(), portion);
                }
            } else {
                batch(target, shape(target, first), run);
            }
            from = to;
        }
    }

    private int endOfRun(Target target, List<SingleChange> changes, int from) {
        SingleChange first = changes.get(from);
        Shape shape = shape(target, first);
        boolean inserts = first.kind() == ChangeGroup.Kind.INSERT;
        long bytes = bytes(target, first);
        int to = from + 1;
        while (to < changes.size() && (inserts || (to - from < MOST && target.byArrays() && !target.isRewritten()))) {
            SingleChange next = changes.get(to);
            bytes += bytes(target, next);
            if (!shape(target, next).equals(shape) || (!inserts && bytes > MOST_BYTES)) {
                break;
            }
            to++;
        }
        return to;
    }

    private static long bytes(Target target, SingleChange change) {
        return Changes.keyed(target, List.of(change.net())).bytes();
    }

    private static Shape shape(Target target, SingleChange change) {
        return switch (change.kind()) {
            case DELETE -> Shape.DELETE;
            case INSERT -> Shape.INSERT;
            case UPDATE ->
                Shape.update(target.settable(change.columns(), !GroupApplier.keepsKey(target, change.net())));
        };
    }

    private void batch(Target target, Shape shape, List<NetChange> run) throws SQLException {
        if (shape.operation() == Shape.Operation.UPDATE && shape.columns().isEmpty()) {
            for (NetChange change : run) {
                groups.strict(target, ChangeGroup.Kind.UPDATE, List.of(), List.of(change));
            }
            return;
        }
        StatementCache.Entry entry = feeds.statement(target, shape);
        PreparedStatement statement = entry.statement();
        List<Changes> singles = new ArrayList<>();
        for (NetChange change : run) {
            Changes single = Changes.keyed(target, List.of(change));
            singles.add(single);
            ArrayFeed.bind(entry, single);
            statement.addBatch();
        }
        long[] reached = Feeds.run(statement);
        for (int i = 0; i < reached.length; i++) {
            Rejections.requireAll(
                    singles.get(i), reached[i], shape.operation() == Shape.Operation.DELETE ? "delete" : "update");
        }
        if (shape.operation() == Shape.Operation.UPDATE) {
            sharedKeys.refuse(Changes.keyed(target, run));
        }
    }
}
