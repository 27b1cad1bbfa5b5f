package io.syncline.cli.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.cli.history.Replay.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the destination's log against the source's.
 *
 * @param schema of the tables, at both ends, and the task's name
 * @param tables which of them are compared
 */
record StateCheck(String schema, Tables tables) {

    /** Which tables are compared at a commit. */
    enum Tables {
        /** All that are there, at each. */
        ALL,
        /**
         * Those that the ledger says are level: a table that is noted to be loaded anew, or joins, is compared again from the commit on by which it is loaded and the stream has reached the snapshot. A table
         * that was level and is in the ledger no more is compared, too: neither end may have it.
         */
        LEVEL
    }

    /**
     * Every commit of the destination, from the one on by which the ledger says that the task streams, leaves the tables, with their names, columns and rows, in a state that the source had after one of its
     * commits, and no older one than the commit before; in the end both have the same.
     *
     * @param source its transactions from the first on, likewise the destination's
     */
    void requireStatesOfTheSource(List<List<LogLine>> source, List<List<LogLine>> destination) {
        Replay written = new Replay(schema);
        List<Map<Long, State>> states = new ArrayList<>(List.of(written.state()));
        for (List<LogLine> transaction : source) {
            if (written.apply(transaction)) {
                states.add(written.state());
            }
        }
        Replay arrived = new Replay(schema);
        LedgerView ledger = new LedgerView(schema);
        Comparison comparison = new Comparison(tables);
        int at = 0;
        for (List<LogLine> transaction : destination) {
            arrived.apply(transaction);
            ledger.apply(transaction);
            if (ledger.streams()) {
                comparison.look(arrived.state(), ledger);
                int before = at;
                while (at < states.size() && !comparison.holds(states.get(at))) {
                    at++;
                }
                if (at == states.size()) {
                    throw new AssertionError(
                            "the destination is in no state that the source had after its commit %d of %d, but in%n%s%nby %s%nwith %s%nin the end the source had%n%s"
                                    .formatted(
                                            before,
                                            states.size() - 1,
                                            arrived.show(),
                                            transaction,
                                            ledger,
                                            written.show()));
                }
            }
        }
        assertThat(ledger.streams()).as("the task began to stream").isTrue();
        assertThat(arrived.show())
                .as("what is there in the end, with %s", ledger)
                .isEqualTo(written.show());
    }

    /** The destination at one commit, beside the states that the source had. */
    private static final class Comparison {

        private final Tables tables;
        /** Oids of tables that were level once, at the source and at the destination. */
        private final Set<Long> knownAtSource = new HashSet<>();

        private final Set<Long> knownHere = new HashSet<>();
        private Map<Long, State> here = Map.of();
        private Map<Long, String> level = Map.of();
        private Map<Long, String> planned = Map.of();

        Comparison(Tables tables) {
            this.tables = tables;
        }

        void look(Map<Long, State> arrived, LedgerView ledger) {
            here = arrived;
            level = ledger.level();
            planned = ledger.planned();
            knownAtSource.addAll(level.keySet());
            here.forEach((oid, state) -> {
                if (level.containsValue(state.name())) {
                    knownHere.add(oid);
                }
            });
        }

        boolean holds(Map<Long, State> source) {
            return switch (tables) {
                case ALL -> new HashSet<>(source.values()).equals(new HashSet<>(here.values()));
                case LEVEL ->
                    compared(source).equals(compared()) && source.keySet().containsAll(level.keySet());
            };
        }

        private Set<State> compared(Map<Long, State> source) {
            Set<State> compared = new HashSet<>();
            source.forEach((oid, state) -> {
                boolean waits = planned.containsKey(oid) ? !level.containsKey(oid) : !knownAtSource.contains(oid);
                if (!waits) {
                    compared.add(state);
                }
            });
            return compared;
        }

        private Set<State> compared() {
            Set<State> compared = new HashSet<>();
            here.forEach((oid, state) -> {
                boolean waits = planned.containsValue(state.name())
                        ? !level.containsValue(state.name())
                        : !knownHere.contains(oid);
                if (!waits) {
                    compared.add(state);
                }
            });
            return compared;
        }
    }
}
