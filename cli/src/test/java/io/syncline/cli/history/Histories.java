package io.syncline.cli.history;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.cli.history.History.Kill;
import io.syncline.cli.history.HistoryStep.Action;
import io.syncline.cli.history.HistoryTable.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/**
 * Histories at random, each from a seed.
 *
 * @param alterations what becomes of the tables once the task streams
 * @param mostKills how often the task may die
 */
record Histories(Alterations alterations, int mostKills) {

    private static final int COLUMNS = 4;
    private static final int GENERATION_SIZE = 1000;

    /** What happens to tables besides changes of their rows. */
    enum Alterations {
        NONE,
        /** What the destination follows at its place in the log. */
        FOLLOWED,
        /** Besides, what gives rows values that no log tells, and new tables. No name comes twice, no table goes, and a new one is not altered: that stops the task, or the new table. */
        LOADED;

        /** Where a run may die, those more often that every run comes to: a run that waits for a mark in vain does not die at all. */
        private Arbitrary<Mark> marks() {
            List<Mark> always =
                    List.of(Mark.BATCH_APPLYING, Mark.BATCH_COMMITTED, Mark.BATCH_APPLYING, Mark.BATCH_COMMITTED);
            List<Mark> first = List.of(
                    Mark.OBJECT_CREATING,
                    Mark.SLOT_CREATED,
                    Mark.CHUNK_PAGE_WRITTEN,
                    Mark.CHUNK_COMMITTED,
                    Mark.INDEX_BUILDING,
                    Mark.TRUNCATED);
            List<Mark> own = switch (this) {
                case NONE -> List.of();
                case FOLLOWED -> List.of(Mark.ALTERED, Mark.ALTERED);
                case LOADED ->
                    List.of(Mark.ALTERED, Mark.JOINING_BEGUN, Mark.JOINING_LOADED, Mark.JOINING_LEVEL, Mark.JOINED);
            };
            return Arbitraries.of(
                    Stream.of(always, first, own).flatMap(List::stream).toList());
        }

        private Map<Action, Integer> weights() {
            return switch (this) {
                case NONE -> Map.of();
                case FOLLOWED ->
                    Map.ofEntries(
                            Map.entry(Action.ADD_COLUMN, 8),
                            Map.entry(Action.DROP_COLUMN, 4),
                            Map.entry(Action.RENAME_COLUMN, 6),
                            Map.entry(Action.SWAP_COLUMNS, 2),
                            Map.entry(Action.WIDEN, 6),
                            Map.entry(Action.REQUIRE, 3),
                            Map.entry(Action.ALLOW_NULLS, 2),
                            Map.entry(Action.SET_DEFAULT, 3),
                            Map.entry(Action.DROP_DEFAULT, 2),
                            Map.entry(Action.SEVERAL, 3),
                            Map.entry(Action.RENAME_TABLE, 4),
                            Map.entry(Action.RENAME_TABLE_AGAIN, 3),
                            Map.entry(Action.SWAP_TABLES, 4),
                            Map.entry(Action.DROP_TABLE, 1),
                            Map.entry(Action.CHANGE_ADDED, 8));
                case LOADED ->
                    Map.ofEntries(
                            Map.entry(Action.ADD_COLUMN, 4),
                            Map.entry(Action.DROP_COLUMN, 2),
                            Map.entry(Action.RENAME_COLUMN, 4),
                            Map.entry(Action.WIDEN, 2),
                            Map.entry(Action.REQUIRE, 1),
                            Map.entry(Action.SET_DEFAULT, 1),
                            Map.entry(Action.RENAME_TABLE, 2),
                            Map.entry(Action.CHANGE_ADDED, 8),
                            Map.entry(Action.ADD_UNKNOWN, 3),
                            Map.entry(Action.COMPUTE, 3),
                            Map.entry(Action.WIDEN_WITH_REWRITE, 3),
                            Map.entry(Action.CREATE_TABLE, 2),
                            Map.entry(Action.CREATE_TABLE_AS, 1));
            };
        }
    }

    /** The same for the same seed. */
    History of(long seed) {
        Arbitrary<List<HistoryStep>> before = step(Alterations.NONE).list().ofMaxSize(15);
        Arbitrary<History> histories = Combinators.combine(
                        tables(),
                        before,
                        step(Alterations.NONE).list().ofMaxSize(40),
                        alterations == Alterations.NONE
                                ? step(alterations).list().ofMaxSize(40)
                                : step(alterations).list().ofMinSize(30).ofMaxSize(90),
                        Arbitraries.of(1, 2, 5, 50, 100_000),
                        Arbitraries.of(0, 0, 3, 20),
                        kill(alterations)
                                .list()
                                .ofMinSize(Math.min(2, mostKills))
                                .ofMaxSize(mostKills))
                .as(History::new);
        return histories.generator(GENERATION_SIZE).next(new Random(seed)).value();
    }

    private static Arbitrary<Kill> kill(Alterations alterations) {
        return Combinators.combine(alterations.marks(), Arbitraries.of(1, 1, 2, 3))
                .as(Kill::new);
    }

    private static Arbitrary<List<HistoryTable>> tables() {
        return table().list().ofMinSize(1).ofMaxSize(4).map(Histories::namedApart);
    }

    private static Arbitrary<HistoryTable> table() {
        return Combinators.combine(
                        name(),
                        name().list().ofSize(COLUMNS),
                        Arbitraries.of(Identity.class),
                        Arbitraries.of(true, false))
                .as(HistoryTable::new);
    }

    /** Of whatever a name may hold, and never longer than one may be once a number stands before it. */
    private static Arbitrary<String> name() {
        return Arbitraries.strings().withChars("abAB_19 .\"'\\:,[]{}%$*?é€").ofMaxLength(8);
    }

    private static List<HistoryTable> namedApart(List<HistoryTable> tables) {
        List<HistoryTable> apart = new ArrayList<>();
        for (int t = 0; t < tables.size(); t++) {
            HistoryTable table = tables.get(t);
            List<String> columns = new ArrayList<>();
            for (int c = 0; c < COLUMNS; c++) {
                columns.add("abcd".charAt(c) + table.columns().get(c));
            }
            apart.add(new HistoryTable("t" + t + table.name(), columns, table.key(), table.unique()));
        }
        return apart;
    }

    private static Arbitrary<HistoryStep> step(Alterations alterations) {
        return Combinators.combine(
                        Arbitraries.of(0, 0, 0, 0, 1, 1, 2),
                        action(alterations),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(0, 9),
                        name())
                .as(HistoryStep::new);
    }

    private static Arbitrary<Action> action(Alterations alterations) {
        List<Tuple2<Integer, Action>> weights = new ArrayList<>(List.of(
                Tuple.of(20, Action.INSERT),
                Tuple.of(8, Action.INSERT_MANY),
                Tuple.of(8, Action.COMMIT),
                Tuple.of(2, Action.ROLLBACK),
                Tuple.of(3, Action.SAVEPOINT),
                Tuple.of(3, Action.ROLLBACK_TO_SAVEPOINT),
                Tuple.of(6, Action.UPDATE),
                Tuple.of(3, Action.UPDATE_ALL),
                Tuple.of(4, Action.CHANGE_DOCUMENT),
                Tuple.of(4, Action.CHANGE_UNIQUE),
                Tuple.of(4, Action.SWAP_UNIQUE),
                Tuple.of(6, Action.CHANGE_KEY),
                Tuple.of(2, Action.TURN_KEYS),
                Tuple.of(6, Action.DELETE),
                Tuple.of(2, Action.DELETE_MANY),
                Tuple.of(4, Action.REPLACE),
                Tuple.of(1, Action.TRUNCATE),
                Tuple.of(1, Action.TRUNCATE_TWO),
                Tuple.of(6, Action.PAUSE)));
        weights.add(Tuple.of(alterations == Alterations.NONE ? 8 : 20, Action.BEGIN));
        // Their order must not be another one in the next JVM.
        new TreeMap<>(alterations.weights()).forEach((action, weight) -> weights.add(Tuple.of(weight, action)));
        return Arbitraries.frequency(weights);
    }
}
