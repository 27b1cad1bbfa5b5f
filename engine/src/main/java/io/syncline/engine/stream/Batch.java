package io.syncline.engine.stream;

import io.syncline.api.apply.RoutedChange;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.model.TableRoute;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is held in memory and applied at once: whole source transactions, or a part of one that is too large for that (T38).
 *
 * @param steps in source order
 * @param changes how many row changes
 * @param ends of the source transactions that it completes; empty for a part of a large one that goes on
 * @param cuts where among the steps each of them ends, when they are whole
 * @param continued true when the destination transaction of the previous batch is open and goes on with this one
 */
record Batch(List<Step> steps, int changes, List<Piece.End> ends, List<Cut> cuts, boolean continued) {

    /** Something that is applied by one call. */
    sealed interface Step {}

    /** Changes that may be brought together. */
    record Changes(List<RoutedChange> changes) implements Step {}

    /** A barrier: what comes before it is applied before it. */
    record Emptying(Piece.Truncate truncate) implements Step {}

    /** A barrier too. */
    record Altering(TableAlteration alteration) implements Step {}

    /** A barrier as well. */
    record Dropping(TableRoute table, boolean keep) implements Step {}

    /** Alone in its transaction. */
    record LeavingOut(Piece.LeftOut leftOut) implements Step {}

    /**
     * @param steps how many hold the transactions up to here
     * @param ofLast how much of the last of them does, in changes; a barrier is one
     */
    record Cut(int steps, int ofLast) {}

    private static int size(Step step) {
        return step instanceof Changes(List<RoutedChange> rows) ? rows.size() : 1;
    }

    /** Each of its source transactions alone; of a batch that is whole. */
    List<Batch> each() {
        List<Batch> each = new ArrayList<>();
        int step = 0;
        int from = 0;
        for (int i = 0; i < ends.size(); i++) {
            Cut to = cuts.get(i);
            List<Step> own = new ArrayList<>();
            int rows = 0;
            while (step < to.steps()) {
                int until = step == to.steps() - 1 ? to.ofLast() : size(steps.get(step));
                if (from < until) {
                    own.add(part(steps.get(step), from, until));
                    rows += steps.get(step) instanceof Changes ? until - from : 0;
                }
                if (step == to.steps() - 1) {
                    from = until;
                    break;
                }
                step++;
                from = 0;
            }
            each.add(new Batch(own, rows, List.of(ends.get(i)), List.of(), false));
        }
        return each;
    }

    private static Step part(Step step, int from, int until) {
        return step instanceof Changes(List<RoutedChange> rows)
                ? new Changes(new ArrayList<>(rows.subList(from, until)))
                : step;
    }

    /** The end of its last transaction, at which its destination transaction commits; null for a part that goes on. */
    Piece.@Nullable End end() {
        return ends.isEmpty() ? null : ends.getLast();
    }

    /** True when it is all that its destination transaction holds, so that it can be applied again after a rollback. */
    boolean isWhole() {
        return !continued && !ends.isEmpty();
    }

    /** Gathers pieces. */
    static final class Builder {

        private List<Step> steps = new ArrayList<>();
        private List<Piece.End> ends = new ArrayList<>();
        private List<Cut> cuts = new ArrayList<>();
        private int changes;
        private long bytes;
        /** By identity: a stream gives a table's route with every change of it, and to compare routes row by row would cost more than to gather the rows. */
        private final Set<TableRoute> tables = Collections.newSetFromMap(new IdentityHashMap<>());

        private @Nullable TableRoute latest;

        boolean isEmpty() {
            return steps.isEmpty();
        }

        int changes() {
            return changes;
        }

        long bytes() {
            return bytes;
        }

        /** How many tables are changed. */
        int tables() {
            return tables.size();
        }

        void add(Piece.Work piece) {
            bytes += piece.bytes();
            switch (piece) {
                case Piece.Changes rows -> {
                    rows.changes().forEach(change -> note(change.route()));
                    add(rows.changes());
                }
                case Piece.Truncate truncate -> {
                    tables.addAll(truncate.tables());
                    steps.add(new Emptying(truncate));
                }
                case Piece.Alter alter -> {
                    tables.add(alter.alteration().after());
                    steps.add(new Altering(alter.alteration()));
                }
                case Piece.Drop(var _, TableRoute table, boolean keep) -> {
                    tables.add(table);
                    steps.add(new Dropping(table, keep));
                }
                case Piece.LeftOut leftOut -> steps.add(new LeavingOut(leftOut));
            }
        }

        @SuppressWarnings("ReferenceEquality")
        private void note(TableRoute route) {
            if (route != latest) {
                tables.add(route);
                latest = route;
            }
        }

        private void add(List<RoutedChange> rows) {
            changes += rows.size();
            if (!steps.isEmpty() && steps.getLast() instanceof Changes(List<RoutedChange> before)) {
                before.addAll(rows);
            } else {
                steps.add(new Changes(new ArrayList<>(rows)));
            }
        }

        /** When the first of the transactions was committed at the source; null when none is complete. */
        @Nullable
        Instant oldest() {
            return ends.isEmpty() ? null : ends.getFirst().committedAt();
        }

        void add(Piece.End end) {
            ends.add(end);
        }

        /** Adds what {@code other} has gathered, and empties it. */
        void addAll(Builder other) {
            for (Step step : other.steps) {
                switch (step) {
                    case Changes(List<RoutedChange> rows) -> add(rows);
                    case Emptying emptying -> steps.add(emptying);
                    case Altering altering -> steps.add(altering);
                    case Dropping dropping -> steps.add(dropping);
                    case LeavingOut leavingOut -> steps.add(leavingOut);
                }
            }
            ends.addAll(other.ends);
            cuts.add(new Cut(steps.size(), size(steps.getLast())));
            tables.addAll(other.tables);
            bytes += other.bytes;
            other.clear();
        }

        /** What was gathered; the builder is empty afterwards. */
        Batch take(boolean continued) {
            Batch batch = new Batch(steps, changes, ends, cuts, continued);
            clear();
            return batch;
        }

        private void clear() {
            steps = new ArrayList<>();
            ends = new ArrayList<>();
            cuts = new ArrayList<>();
            tables.clear();
            latest = null;
            changes = 0;
            bytes = 0;
        }
    }
}
