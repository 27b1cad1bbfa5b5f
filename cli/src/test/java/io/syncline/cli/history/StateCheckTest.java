package io.syncline.cli.history;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the check of random histories would miss, no history would show. */
class StateCheckTest {

    private static final String STREAMS = "table syncline.task: UPDATE: id[text]:'x' state[text]:'SYNCHRONIZING'";
    private static final String ONE = "table h.t: INSERT: id[integer]:1 v[text]:'it''s'";
    private static final String TWO = "table h.t: INSERT: id[integer]:2 v[text]:null";
    private static final String MOVED =
            "table h.t: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:3 v[text]:unchanged-toast-datum";
    private static final String GONE = "table h.t: DELETE: id[integer]:2";
    private static final String EMPTIED = "table h.t, h.\"U v\": TRUNCATE: (no-flags)";
    private static final String KEYLESS = "table h.\"U v\": INSERT: n[numeric]:1.0";
    private static final String LESS = "table h.\"U v\": DELETE: n[numeric]:1.0";

    private static final List<List<LoggedChange>> SOURCE =
            List.of(log(ONE), log(TWO, KEYLESS), log(KEYLESS), log(MOVED, GONE, LESS), log(EMPTIED));

    @Test
    void statesOfTheSourceInItsOrderAreRight() {
        check(List.of(log(ONE), log(STREAMS), log(TWO, KEYLESS), log(KEYLESS), log(MOVED, GONE, LESS), log(EMPTIED)));
        check(List.of(log(ONE), log(TWO), log(KEYLESS, KEYLESS, STREAMS), log(LESS, GONE, MOVED), log(EMPTIED)));
    }

    @Test
    void halfATransactionIsNoState() {
        assertThatThrownBy(() -> check(List.of(log(ONE), log(STREAMS), log(TWO), log(KEYLESS), log(EMPTIED))))
                .hasMessageContaining("no state that the source had");
    }

    @Test
    void anOlderStateIsNone() {
        String back = "table h.t: DELETE: id[integer]:1";
        assertThatThrownBy(() -> check(List.of(log(ONE), log(STREAMS), log(TWO, KEYLESS), log(GONE, LESS), log(back))))
                .hasMessageContaining("no state that the source had");
    }

    @Test
    void anotherValueIsAnotherState() {
        assertThatThrownBy(() -> check(List.of(log(ONE), log(STREAMS), log(TWO, KEYLESS.replace("1.0", "1.00")))))
                .hasMessageContaining("no state that the source had");
    }

    @Test
    void theEndIsMissed() {
        assertThatThrownBy(() -> check(List.of(log(ONE), log(STREAMS), log(TWO, KEYLESS))))
                .hasMessageContaining("the rows in the end");
    }

    private static void check(List<List<LoggedChange>> destination) {
        new StateCheck("h", Map.of("t", List.of("id"))).requireStatesOfTheSource(SOURCE, destination);
    }

    private static List<LoggedChange> log(String... lines) {
        return Stream.of(lines).map(LoggedChange::of).toList();
    }
}
