package io.syncline.cli.history;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.cli.history.History.Kill;
import io.syncline.cli.history.HistoryStep.Action;
import io.syncline.cli.history.HistoryTable.Identity;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Histories at random. */
final class Histories {

    private static final int COLUMNS = 4;

    private Histories() {}

    /** @param mostKills how often the task may die */
    static Arbitrary<History> dyingAtMost(int mostKills) {
        Arbitrary<List<HistoryStep>> steps = step().list().ofMaxSize(40);
        return Combinators.combine(
                        tables(),
                        step().list().ofMaxSize(15),
                        steps,
                        steps,
                        Arbitraries.of(1, 2, 5, 50, 100_000),
                        Arbitraries.of(0, 0, 3, 20),
                        kill().list().ofMinSize(Math.min(2, mostKills)).ofMaxSize(mostKills))
                .as(History::new);
    }

    private static Arbitrary<Kill> kill() {
        return Combinators.combine(Arbitraries.of(Mark.values()), Arbitraries.of(1, 1, 2, 3))
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

    private static Arbitrary<HistoryStep> step() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, Writers.SESSIONS - 1),
                        action(),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(0, 9))
                .as(HistoryStep::new);
    }

    private static Arbitrary<Action> action() {
        return Arbitraries.frequency(
                Tuple.of(20, Action.INSERT),
                Tuple.of(8, Action.INSERT_MANY),
                Tuple.of(8, Action.BEGIN),
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
                Tuple.of(6, Action.PAUSE));
    }
}
