package io.syncline.cli.history;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the check of random histories would miss, no history would show. */
class StateCheckTest {

    private static final String NONE = "no state that the source had";

    private static final LogLine STREAMS =
            row("table syncline.task: UPDATE: id[text]:'x' name[text]:'h' state[text]:'SYNCHRONIZING'");
    private static final LogLine PLANS =
            row("table syncline.task: INSERT: id[text]:'x' name[text]:'h' state[text]:'PLANNING'");
    private static final LogLine T = shape("t", column(1, "id"), column(2, "v"));
    private static final LogLine U = new LoggedShape("h", 8, "U v", List.of(column(1, "n")), List.of());
    private static final LogLine ONE = row("table h.t: INSERT: id[integer]:1 v[text]:'it''s'");
    private static final LogLine TWO = row("table h.t: INSERT: id[integer]:2 v[text]:null");
    private static final LogLine MOVED =
            row("table h.t: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:3 v[text]:unchanged-toast-datum");
    private static final LogLine GONE = row("table h.t: DELETE: id[integer]:2");
    private static final LogLine EMPTIED = row("table h.t, h.\"U v\": TRUNCATE: (no-flags)");
    private static final LogLine KEYLESS = row("table h.\"U v\": INSERT: n[numeric]:1.0");
    private static final LogLine LESS = row("table h.\"U v\": DELETE: n[numeric]:1.0");

    /** Rows of before have 7 in the new column, and their old values under a new name. */
    private static final LogLine ALTERED =
            shape("t", column(1, "id"), column(2, "w"), new LoggedShape.Column(3, "x", "integer", false, null, "7"));

    private static final LogLine AFTER = row("table h.t: UPDATE: id[integer]:2 w[text]:'b' x[integer]:8");

    private static final List<List<LogLine>> SOURCE =
            List.of(log(T), log(U), log(ONE), log(TWO, KEYLESS), log(KEYLESS), log(MOVED, GONE, LESS), log(EMPTIED));

    private static final List<List<LogLine>> ALTERED_SOURCE =
            List.of(log(T), log(ONE), log(TWO), log(ALTERED, AFTER), log(GONE));

    @Test
    void statesOfTheSourceInItsOrderAreRight() {
        check(List.of(log(ONE), log(STREAMS), log(TWO, KEYLESS), log(KEYLESS), log(MOVED, GONE, LESS), log(EMPTIED)));
        check(List.of(log(ONE), log(TWO), log(KEYLESS, KEYLESS, STREAMS), log(LESS, GONE, MOVED), log(EMPTIED)));
    }

    @Test
    void halfATransactionIsNoState() {
        assertThatThrownBy(() -> check(List.of(log(ONE), log(STREAMS), log(TWO), log(KEYLESS), log(EMPTIED))))
                .hasMessageContaining(NONE);
    }

    @Test
    void anOlderStateIsNone() {
        LogLine back = row("table h.t: DELETE: id[integer]:1");
        assertThatThrownBy(() -> check(List.of(log(ONE), log(STREAMS), log(TWO, KEYLESS), log(GONE, LESS), log(back))))
                .hasMessageContaining(NONE);
    }

    @Test
    void anotherValueIsAnotherState() {
        LogLine other = row("table h.\"U v\": INSERT: n[numeric]:1.00");
        assertThatThrownBy(() -> check(List.of(log(ONE), log(STREAMS), log(TWO, other))))
                .hasMessageContaining(NONE);
    }

    @Test
    void theEndIsMissed() {
        assertThatThrownBy(() -> check(List.of(log(ONE), log(STREAMS), log(TWO, KEYLESS))))
                .hasMessageContaining("what is there in the end");
    }

    @Test
    void columnsAreTheSameWhenTheirNumbersAre() {
        LogLine made = shape("t", column(1, "id"), column(3, "v"));
        LogLine altered = new LoggedShape(
                "h",
                7,
                "t",
                List.of(new LoggedShape.Column(4, "x", "integer", false, null, "7"), column(1, "id"), column(3, "w")),
                List.of("id"));
        checkAltered(List.of(log(made), log(ONE, TWO, STREAMS), log(altered, AFTER), log(GONE)));
    }

    @Test
    void anAlterationThatIsLateIsNoState() {
        assertThatThrownBy(() -> checkAltered(List.of(
                        log(T),
                        log(ONE, TWO, STREAMS),
                        log(row("table h.t: UPDATE: id[integer]:2 v[text]:'b'")),
                        log(ALTERED))))
                .hasMessageContaining(NONE);
    }

    @Test
    void rowsOfBeforeWithAnotherValueAreNoState() {
        LogLine without = shape(
                "t", column(1, "id"), column(2, "w"), new LoggedShape.Column(3, "x", "integer", false, null, null));
        assertThatThrownBy(() -> checkAltered(List.of(log(T), log(ONE, TWO, STREAMS), log(without, AFTER))))
                .hasMessageContaining(NONE);
    }

    @Test
    void anotherTypeNullabilityOrDefaultIsAnotherState() {
        for (LoggedShape.Column other : List.of(
                new LoggedShape.Column(3, "x", "bigint", false, null, "7"),
                new LoggedShape.Column(3, "x", "integer", true, null, "7"),
                new LoggedShape.Column(3, "x", "integer", false, "1", "7"))) {
            LogLine altered = shape("t", column(1, "id"), column(2, "w"), other);
            assertThatThrownBy(() -> checkAltered(List.of(log(T), log(ONE, TWO, STREAMS), log(altered, AFTER))))
                    .hasMessageContaining(NONE);
        }
    }

    @Test
    void aTableThatIsLoadedAnewIsComparedOnceItIsLevel() {
        checkLoadedAnew("5", KEYLESS);
        assertThatThrownBy(() -> checkLoadedAnew("6", KEYLESS)).hasMessageContaining(NONE);
    }

    @Test
    void theOthersAreComparedWhileOneIsLoadedAnew() {
        assertThatThrownBy(() -> checkLoadedAnew("5", LESS)).hasMessageContaining(NONE);
    }

    /** @param value that the row has which is loaded, 5 at the source */
    private static void checkLoadedAnew(String value, LogLine other) {
        LogLine rewritten = shape("t", column(1, "id"), new LoggedShape.Column(2, "v", "bigint", false, null, null));
        LogLine one = row("table h.t: INSERT: id[integer]:1 v[bigint]:5");
        new StateCheck("h", StateCheck.Tables.LEVEL)
                .requireStatesOfTheSource(
                        List.of(
                                log(T),
                                log(U),
                                log(ONE),
                                log(KEYLESS),
                                log(new LoggedRewrite("h", 7), one, rewritten),
                                log(KEYLESS)),
                        List.of(
                                log(T, U, PLANS, load("t", 7, "KEYED", "null"), load("U v", 8, "KEYED", "null")),
                                log(ONE, KEYLESS, STREAMS),
                                log(load("t", 7, "PLANNED", "null")),
                                log(row("table h.t: TRUNCATE: (no-flags)")),
                                log(rewritten),
                                log(
                                        row("table h.t: INSERT: id[integer]:1 v[bigint]:" + value),
                                        load("t", 7, "KEYED", "'{slot,0/0000A0}'")),
                                log(other, at("0/000090")),
                                log(at("0/0000A0"))));
    }

    /** The destination's tables are made first. */
    private static void check(List<List<LogLine>> destination) {
        List<List<LogLine>> whole = new ArrayList<>(List.of(log(T, U)));
        whole.addAll(destination);
        new StateCheck("h", StateCheck.Tables.ALL).requireStatesOfTheSource(SOURCE, whole);
    }

    private static void checkAltered(List<List<LogLine>> destination) {
        new StateCheck("h", StateCheck.Tables.ALL).requireStatesOfTheSource(ALTERED_SOURCE, destination);
    }

    private static LogLine row(String line) {
        return LoggedChange.of(line);
    }

    private static LogLine shape(String name, LoggedShape.Column... columns) {
        return new LoggedShape("h", 7, name, List.of(columns), List.of("id"));
    }

    private static LoggedShape.Column column(int number, String name) {
        return new LoggedShape.Column(number, name, "text", false, null, null);
    }

    private static LogLine load(String table, long oid, String status, String exactFrom) {
        return row(
                "table syncline.table_load: UPDATE: task[text]:'x' source_database[text]:'d' source_schema[text]:'h' source_table[text]:'%s' table_name[text]:'%s' source_version[bigint]:%d status[text]:'%s' exact_from[text[]]:%s"
                        .formatted(table, table, oid, status, exactFrom));
    }

    private static LogLine at(String position) {
        return row("table syncline.stream: UPDATE: task[text]:'x' stream[text]:'slot' position[text]:'%s'"
                .formatted(position));
    }

    private static List<LogLine> log(LogLine... lines) {
        return Stream.of(lines).toList();
    }
}
