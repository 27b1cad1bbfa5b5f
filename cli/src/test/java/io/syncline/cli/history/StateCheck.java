package io.syncline.cli.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Holds the destination's log against the source's.
 *
 * @param schema of the tables, at both ends
 * @param keys the key's columns by table
 */
record StateCheck(String schema, Map<String, List<String>> keys) {

    /**
     * Every commit of the destination, from the one on by which the ledger says that the task streams, leaves the tables in a state that the source had after one of its
     * commits, and no older one than the commit before; in the end they hold the same rows.
     *
     * @param source its transactions from the first on, in which the tables were empty, likewise the destination's
     */
    void requireStatesOfTheSource(List<List<LoggedChange>> source, List<List<LoggedChange>> destination) {
        Replay written = new Replay(schema, keys);
        List<BigInteger> states = new ArrayList<>(List.of(written.state()));
        for (List<LoggedChange> transaction : source) {
            if (written.apply(transaction)) {
                states.add(written.state());
            }
        }
        Replay arrived = new Replay(schema, keys);
        boolean streams = false;
        int at = 0;
        for (List<LoggedChange> transaction : destination) {
            boolean touched = arrived.apply(transaction);
            boolean begins = !streams && beginsToStream(transaction);
            streams |= begins;
            if (begins || (streams && touched)) {
                int next = states.subList(at, states.size()).indexOf(arrived.state());
                if (next < 0) {
                    throw new AssertionError(
                            "the destination is in no state that the source had after its commit %d of %d, but in%n%s%nby %s"
                                    .formatted(at, states.size() - 1, arrived.show(), transaction));
                }
                at += next;
            }
        }
        assertThat(streams).as("the task began to stream").isTrue();
        assertThat(arrived.show()).as("the rows in the end").isEqualTo(written.show());
    }

    private static boolean beginsToStream(List<LoggedChange> transaction) {
        return transaction.stream()
                .anyMatch(change -> change.tables().getFirst().schema().equals("syncline")
                        && "'SYNCHRONIZING'".equals(change.after().get("state")));
    }
}
