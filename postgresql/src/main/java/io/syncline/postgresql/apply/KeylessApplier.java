package io.syncline.postgresql.apply;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.postgresql.apply.OrderedApplier.SingleChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Applies changes of a table without a key, in source order. Each takes one row that equals its whole old row, so that of n equal rows k changes take k (T15). Runs of
 * one kind go in one statement, since a look through the table costs the same for one change and for many; a run of updates ends before a change whose old row another
 * of the run has made. The load of such a table is exact (T21, T26), so a row must be found at all times.
 */
final class KeylessApplier {

    private final Feeds feeds;
    private final GroupApplier groups;

    KeylessApplier(Feeds feeds, GroupApplier groups) {
        this.feeds = feeds;
        this.groups = groups;
    }

    void apply(Target target, List<SingleChange> changes) throws SQLException {
        Run run = new Run(target);
        for (SingleChange change : changes) {
            if (!run.takes(change)) {
                apply(target, run);
                run = new Run(target);
            }
            run.add(change);
        }
        apply(target, run);
    }

    private void apply(Target target, Run run) throws SQLException {
        if (run.changes.isEmpty()) {
            return;
        }
        SingleChange first = run.changes.getFirst();
        List<NetChange> all = run.changes.stream().map(SingleChange::net).toList();
        for (List<NetChange> portion : Feeds.portions(target, all)) {
            switch (first.kind()) {
                case INSERT -> groups.strict(target, ChangeGroup.Kind.INSERT, first.columns(), portion);
                case DELETE -> equal(grouped(target, portion), Shape.DELETE_EQUAL, "delete");
                case UPDATE -> equal(grouped(target, portion), Shape.updateEqual(first.columns()), "update");
            }
        }
    }

    private void equal(Changes changes, Shape shape, String doing) throws SQLException {
        Feed feed = feeds.open(changes, List.of(shape));
        Rejections.requireAll(changes, feed.execute(shape), doing);
    }

    /** Numbers the groups of equal old rows, and the changes in each. */
    private static Changes grouped(Target target, List<NetChange> changes) {
        Map<Row, int[]> groups = new HashMap<>();
        int[] group = new int[changes.size()];
        int[] rank = new int[changes.size()];
        for (int i = 0; i < changes.size(); i++) {
            int[] numberAndCount = groups.computeIfAbsent(
                    written(target, Requests.keyRow(changes.get(i))), row -> new int[] {groups.size(), 0});
            group[i] = numberAndCount[0];
            rank[i] = ++numberAndCount[1];
        }
        return new Changes(target, changes, group, rank);
    }

    /** The row in the columns that are written, which are all that the destination can compare. */
    private static Row written(Target target, Row row) {
        List<Integer> columns = target.writable();
        int[] bounds = new int[2 * columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            int column = target.source(columns.get(i));
            if (!row.isPresent(column)) {
                throw new SyncException(
                        ErrorCode.SOURCE_SETTINGS,
                        target.label() + ": the source did not send the whole old row of a change (column "
                                + target.column(columns.get(i)).name()
                                + " is missing), and the table has no key by which to find it",
                        "ALTER TABLE ... REPLICA IDENTITY FULL at the source, or give the table a primary key; then clean the task and start it anew.");
            }
            bounds[2 * i] = row.offset(column);
            bounds[2 * i + 1] = row.length(column);
        }
        return new Row(row.page(), bounds);
    }

    /** Changes that one statement can apply. */
    private static final class Run {

        private final Target target;
        private final List<SingleChange> changes = new ArrayList<>();
        private final Set<Row> made = new HashSet<>();

        Run(Target target) {
            this.target = target;
        }

        boolean takes(SingleChange change) {
            if (changes.isEmpty()) {
                return true;
            }
            SingleChange first = changes.getFirst();
            return change.kind() == first.kind()
                    && change.columns().equals(first.columns())
                    && (change.kind() != ChangeGroup.Kind.UPDATE
                            || !made.contains(written(target, Requests.keyRow(change.net()))));
        }

        void add(SingleChange change) {
            changes.add(change);
            if (change.kind() == ChangeGroup.Kind.UPDATE) {
                Row old = Requests.keyRow(change.net());
                made.add(written(target, change.image().over(old)));
            }
        }
    }
}
