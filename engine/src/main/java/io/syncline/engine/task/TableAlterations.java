package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Stage;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.stream.Alterations;
import io.syncline.engine.stream.Selection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What becomes of a task's tables that the source alters. */
record TableAlterations(RunContext context, Link link, Tenure tenure) {

    /** A table that holds nothing but its source's rows, as they are, can be emptied and loaded anew. */
    private static final Set<Operation> ALL_ROWS = EnumSet.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE);

    Alterations of(RoutePlan plan) {
        RoutePlanner planner = new RoutePlanner(
                context.task(), tenure.task().id(), link.destination().database());
        boolean untold = new UntoldAlterations(context, link, tenure).areFollowed();
        return new Alterations(
                context.task().ddl(),
                new Chosen(
                        planner, loadable(plan), carried(), CarriedTables.followed(memory(), context.task()), untold));
    }

    private Set<Long> loadable(RoutePlan plan) {
        if (!context.task().runs(Stage.FULL) || context.task().policies().existingTables() == ExistingTables.IGNORE) {
            return Set.of();
        }
        return plan.tables().stream()
                .filter(planned -> planned.operations().containsAll(ALL_ROWS)
                        && planned.route().shaping() == null
                        && planned.route().origin() == null)
                .map(planned -> planned.route().source().version())
                .collect(Collectors.toSet());
    }

    /** Those that are suspended too. */
    private Set<Long> carried() {
        return memory().tables().stream().map(TableEntry::sourceVersion).collect(Collectors.toSet());
    }

    private TaskMemory memory() {
        return tenure.memory(link.source()::position);
    }

    /** By the task file's rules; tables are known by their versions, whatever they are called. */
    private final class Chosen implements Selection {

        private final RoutePlanner planner;
        private final Set<Long> loadable;
        private final Set<Long> carried;
        private final Predicate<TableId> wanted;
        private final boolean untold;

        Chosen(RoutePlanner planner, Set<Long> loadable, Set<Long> carried, Predicate<TableId> wanted, boolean untold) {
            this.planner = planner;
            this.loadable = loadable;
            this.carried = carried;
            this.wanted = wanted;
            this.untold = untold;
        }

        @Override
        public Optional<TableRoute> way(TableSchema source) {
            return planner.way(source);
        }

        @Override
        public boolean alike(TableId one, TableId other) {
            return planner.alike(one, other);
        }

        @Override
        public boolean loadable(TableSchema source) {
            return loadable.contains(source.version()) && Attempt.isSynchronized(memory());
        }

        @Override
        public boolean takesUp() {
            boolean takesUp = new Newcomers(context, link, tenure).areTakenUp();
            if (takesUp) {
                context.control().lookAgain();
            }
            return takesUp;
        }

        @Override
        public boolean loadsUntold(TableSchema source) {
            return untold && loadable(source);
        }

        /**
         * A table that is gone by now, or has another name, needs no decision; under the other name it is told again. Nor does one whose name belongs to a suspended table: that
         * one was dropped, and this takes its place when it comes back.
         */
        @Override
        public boolean lacks(TableId table, long version) {
            return planner.chooses(table)
                    && wanted.test(table)
                    && !carried.contains(version)
                    && link.source().catalog().tables(table::equals).stream()
                            .anyMatch(info -> info.schema().version() == version);
        }
    }
}
