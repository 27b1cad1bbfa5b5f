package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.ABSENT;
import static io.syncline.postgresql.apply.ApplyFixture.UNCHANGED;
import static io.syncline.postgresql.apply.ApplyFixture.delete;
import static io.syncline.postgresql.apply.ApplyFixture.insert;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Column;
import io.syncline.api.model.Positions;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.schema.ColumnChange;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of a row that the destination refuses, change by change (docs/design/bad-values.md). */
class QuarantineApplyTest {

    private static final String TABLE =
            "CREATE TABLE t (id int PRIMARY KEY, v varchar(3), doc text, n int CHECK (n < 100))";
    private static final String BEFORE = TABLE + "; INSERT INTO t VALUES (1, 'one', 'd1', 1), (2, 'two', 'd2', 2)";

    @Test
    void anInsertAmongOthers() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.strict(
                    insert(fixture.t, "3", "x", "d3", "3"),
                    insert(fixture.t, "4", "long", "d4", null),
                    insert(fixture.t, "5", "y", "d5", "500"),
                    insert(fixture.t, "6", "z", "d6", "6"));

            assertThat(fixture.rows()).isEqualTo("[[1, one, d1, 1], [2, two, d2, 2], [3, x, d3, 3], [6, z, d6, 6]]");
            assertThat(fixture.quarantine())
                    .isEqualTo(
                            "[[{4}, INSERT, 22001, v, {\"n\": null, \"v\": \"long\", \"id\": \"4\", \"doc\": \"d4\"}],"
                                    + " [{5}, INSERT, 23514, n, {\"n\": \"500\", \"v\": \"y\", \"id\": \"5\", \"doc\": \"d5\"}]]");
            assertThat(fixture.noted())
                    .containsExactly("QUARANTINED INSERT 22001 v [4]", "QUARANTINED INSERT 23514 n [5]");
            BadValue.Report report = fixture.report();
            assertThat(report.total()).isEqualTo(2);
            assertThat(report.quarantined())
                    .containsExactly(new BadValue.Quarantined(fixture.t.source().table(), 2));
            assertThat(fixture.ends.sql.column("SELECT DISTINCT position FROM syncline.quarantine"))
                    .containsExactly(fixture.position());
            assertThat(fixture.ends.ledger.conflicts(fixture.ends.task)).isEqualTo(Conflict.Report.NONE);
        }
    }

    @Test
    void aFewAmongManyAndAllOfAFew() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, TABLE)) {
            fixture.strict(IntStream.range(0, 3_000)
                    .mapToObj(id -> insert(fixture.t, "" + id, id % 1_000 == 7 ? "long" : "ok", "d", "1"))
                    .toArray(RoutedChange[]::new));

            assertThat(fixture.ends.sql.number("SELECT count(*) FROM t WHERE id % 1000 <> 7"))
                    .isEqualTo(2_997);
            assertThat(fixture.ends.sql.number("SELECT count(*) FROM t")).isEqualTo(2_997);
            assertThat(fixture.ends.sql.column("SELECT key[1] FROM syncline.quarantine ORDER BY 1"))
                    .containsExactly("1007", "2007", "7");
        }
    }

    /** The destination shows neither the former row nor a part of the new one; what the log left out comes from the row that was there. */
    @Test
    void anUpdateTakesTheFormerRowAway() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.strict(
                    update(fixture.t, null, row("1", "long", UNCHANGED, "7")),
                    update(fixture.t, null, row("2", "new", UNCHANGED, "2")));

            assertThat(fixture.rows()).isEqualTo("[[2, new, d2, 2]]");
            assertThat(fixture.quarantine())
                    .isEqualTo(
                            "[[{1}, UPDATE, 22001, v, {\"n\": \"7\", \"v\": \"long\", \"id\": \"1\", \"doc\": \"d1\"}]]");
        }
    }

    @Test
    void anUpdateThatFitsBringsTheRowBackWhole() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.strict(update(fixture.t, null, row("1", "long", "longer", "7")));
            fixture.strict(update(fixture.t, null, row("1", "long", UNCHANGED, "8")));
            assertThat(fixture.quarantine()).contains("\"n\": \"8\"", "\"doc\": \"longer\"");
            fixture.strict(update(fixture.t, null, row("1", "ok", UNCHANGED, "9")));

            assertThat(fixture.rows()).isEqualTo("[[1, ok, longer, 9], [2, two, d2, 2]]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
            assertThat(fixture.ends.ledger.conflicts(fixture.ends.task)).isEqualTo(Conflict.Report.NONE);
            assertThat(fixture.report().quarantined()).isEmpty();
            assertThat(fixture.report().total()).isEqualTo(2);
        }
    }

    @Test
    void keysChangeOnBothSides() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.strict(update(fixture.t, row("1", ABSENT, ABSENT, ABSENT), row("11", "long", UNCHANGED, "1")));
            assertThat(fixture.rows()).isEqualTo("[[2, two, d2, 2]]");
            assertThat(fixture.quarantine()).startsWith("[[{11}, ").contains("\"doc\": \"d1\"");
            fixture.strict(update(fixture.t, row("11", ABSENT, ABSENT, ABSENT), row("12", "long", UNCHANGED, "2")));
            assertThat(fixture.quarantine()).startsWith("[[{12}, ").contains("\"doc\": \"d1\"", "\"n\": \"2\"");
            fixture.strict(update(fixture.t, row("12", ABSENT, ABSENT, ABSENT), row("13", "ok", UNCHANGED, "3")));

            assertThat(fixture.rows()).isEqualTo("[[2, two, d2, 2], [13, ok, d1, 3]]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
        }
    }

    /** The destination cannot even look for such a key. */
    @Test
    void theKeyItselfIsRefused() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.strict(
                    insert(fixture.t, "99999999999", "a", "d", "1"),
                    update(fixture.t, row("1", ABSENT, ABSENT, ABSENT), row("88888888888", "one", UNCHANGED, "1")));
            assertThat(fixture.rows()).isEqualTo("[[2, two, d2, 2]]");
            assertThat(fixture.quarantine())
                    .isEqualTo(
                            "[[{88888888888}, UPDATE, 22003, id, {\"n\": \"1\", \"v\": \"one\", \"id\": \"88888888888\", \"doc\": \"d1\"}],"
                                    + " [{99999999999}, INSERT, 22003, id, {\"n\": \"1\", \"v\": \"a\", \"id\": \"99999999999\", \"doc\": \"d\"}]]");
            fixture.strict(
                    delete(fixture.t, "99999999999", ABSENT, ABSENT, ABSENT),
                    update(fixture.t, row("88888888888", ABSENT, ABSENT, ABSENT), row("1", "one", UNCHANGED, "2")));

            assertThat(fixture.rows()).isEqualTo("[[1, one, d1, 2], [2, two, d2, 2]]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
        }
    }

    @Test
    void deleteAndTruncateEmptyIt() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.strict(
                    insert(fixture.t, "3", "long", "d3", "3"),
                    insert(fixture.t, "4", "long", "d4", "4"),
                    insert(fixture.t, "5", "ok", "d5", "5"));
            fixture.strict(
                    delete(fixture.t, "3", ABSENT, ABSENT, ABSENT), delete(fixture.t, "5", ABSENT, ABSENT, ABSENT));
            assertThat(fixture.quarantine()).startsWith("[[{4}, ").doesNotContain("{3}");
            fixture.transaction(transaction -> transaction.truncate(List.of(fixture.t), false, false));

            assertThat(fixture.rows()).isEqualTo("[]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
            assertThat(fixture.ends.ledger.conflicts(fixture.ends.task)).isEqualTo(Conflict.Report.NONE);
        }
    }

    /** T14: where DELETE is not carried, nothing tells that a row has left before another of its key comes. */
    @Test
    void aRowThatComesToItsKeyTakesItsPlace() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.strict(insert(fixture.t, "3", "long", "d3", "3"), insert(fixture.t, "4", "long", "d4", "4"));
            fixture.strict(
                    insert(fixture.t, "3", "ok", "d3", "3"),
                    update(fixture.t, row("1", ABSENT, ABSENT, ABSENT), row("4", "one", UNCHANGED, "1")));

            assertThat(fixture.rows()).isEqualTo("[[2, two, d2, 2], [3, ok, d3, 3], [4, one, d1, 1]]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
        }
    }

    /** I2: with its transaction, or not at all; and the session knows it. */
    @Test
    void aTransactionThatIsUndoneQuarantinesNothing() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            assertThatThrownBy(() -> fixture.transaction(transaction -> {
                        transaction.apply(NaiveCoalescer.strict(
                                fixture.t, List.of(update(fixture.t, null, row("1", "long", UNCHANGED, "1")))));
                        throw new IllegalStateException("over");
                    }))
                    .hasMessage("over");
            assertThat(fixture.rows()).isEqualTo("[[1, one, d1, 1], [2, two, d2, 2]]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
            fixture.strict(update(fixture.t, null, row("1", "new", UNCHANGED, "1")));

            assertThat(fixture.rows()).isEqualTo("[[1, new, d1, 1], [2, two, d2, 2]]");
            assertThat(fixture.report()).isEqualTo(BadValue.Report.NONE);
        }
    }

    /** Bytes of a source that checks no encoding are kept as they are, and are refused again as such. */
    @Test
    void bytesThatAreNoTextAreKept() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, TABLE)) {
            RowBuilder odd = new RowBuilder(4).value("1").value("ok");
            odd.value(new byte[] {'a', (byte) 0xC3, 0x28}, 0, 3).value("1");
            fixture.strict(new RoutedChange(fixture.t, new ChangeEvent.Insert(fixture.t.source(), odd.build())));
            assertThat(fixture.quarantine()).startsWith("[[{1}, INSERT, 22021, doc, ");
            fixture.strict(update(fixture.t, null, row("1", "ok", UNCHANGED, "2")));
            assertThat(fixture.ends
                            .sql
                            .rows("SELECT image ->> 'n', bytes ->> 'doc' FROM syncline.quarantine")
                            .toString())
                    .isEqualTo("[[2, 61c328]]");
            fixture.strict(update(fixture.t, null, row("1", "ok", "\u00e4", "3")));

            assertThat(fixture.rows()).isEqualTo("[[1, ok, \u00e4, 3]]");
        }
    }

    /** T5: what is read later, or not whole, leaves the quarantine and comes again. */
    @Test
    void catchingUp() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.catchingUp(
                    insert(fixture.t, "1", "long", "d", "1"),
                    update(fixture.t, null, row("2", "long", "d", "2")),
                    insert(fixture.t, "3", "long", "d", "3"),
                    insert(fixture.t, "4", "long", "d", "4"));
            assertThat(fixture.rows()).isEqualTo("[]");
            List<RefetchRequest> requests = fixture.catchingUp(
                    insert(fixture.t, "1", "ok", "d", "1"),
                    update(fixture.t, null, row("2", "ok", UNCHANGED, "2")),
                    delete(fixture.t, "3", ABSENT, ABSENT, ABSENT),
                    update(fixture.t, row("4", ABSENT, ABSENT, ABSENT), row("5", "long", "e", "5")));
            assertThat(fixture.rows()).isEqualTo("[[1, ok, d, 1]]");
            assertThat(fixture.quarantine()).startsWith("[[{5}, ").doesNotContain("{4}");
            assertThat(requests).extracting(request -> request.key().text(0)).containsExactly("2");
            fixture.transaction(transaction -> transaction.refetched(
                    fixture.t,
                    Stream.of(row("2", ABSENT, ABSENT, ABSENT), row("5", ABSENT, ABSENT, ABSENT))
                            .toList(),
                    List.of(row("2", "long", "f", "2")),
                    Positions.of(PostgresStream.ID, Lsn.parse("0/1"))));

            assertThat(fixture.rows()).isEqualTo("[[1, ok, d, 1]]");
            assertThat(fixture.quarantine())
                    .startsWith("[[{2}, ")
                    .contains("\"doc\": \"f\"")
                    .doesNotContain("{5}");
        }
    }

    /** A row that is gone need not be one that the destination could have held. */
    @Test
    void aRowWithARefusedKeyIsReadAgain() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            fixture.catchingUp(insert(fixture.t, "99999999999", "a", "d", "1"));
            assertThat(fixture.quarantine()).startsWith("[[{99999999999}, ");
            fixture.transaction(transaction -> transaction.refetched(
                    fixture.t,
                    List.of(row("99999999999", ABSENT, ABSENT, ABSENT)),
                    List.of(),
                    Positions.of(PostgresStream.ID, Lsn.parse("0/1"))));

            assertThat(fixture.quarantine()).isEqualTo("[]");
            assertThat(fixture.rows()).isEqualTo("[[1, one, d1, 1], [2, two, d2, 2]]");
        }
    }

    /** A part of a row that the destination refuses says nothing of the rest. */
    @Test
    void aPartOfARowIsReadAgainWhileCatchingUp() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            List<RefetchRequest> requests =
                    fixture.catchingUp(update(fixture.t, null, row("1", "long", UNCHANGED, "1")));

            assertThat(requests).extracting(request -> request.key().text(0)).containsExactly("1");
            assertThat(fixture.rows()).isEqualTo("[[2, two, d2, 2]]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
        }
    }

    /** What others have done to the table is a conflict as ever, and no row is shown in two places. */
    @Test
    void conflictsStayConflicts() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            RoutedChange taken = insert(fixture.t, "1", "refused", "d", "1");
            RoutedChange missing = update(fixture.t, null, row("9", "refused", "d", "1"));
            requireStops(ErrorCode.CONFLICT_KEY_EXISTS, fixture, taken);
            requireStops(ErrorCode.CONFLICT_ROW_MISSING, fixture, missing);
            fixture.restart(ConflictPolicy.IGNORE);
            fixture.strict(taken, missing);
            assertThat(fixture.rows()).isEqualTo("[[1, one, d1, 1], [2, two, d2, 2]]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
            fixture.restart(ConflictPolicy.OVERWRITE);
            fixture.strict(taken, missing);

            assertThat(fixture.rows()).isEqualTo("[[2, two, d2, 2]]");
            assertThat(fixture.ends.sql.column("SELECT key[1] FROM syncline.quarantine ORDER BY 1"))
                    .containsExactly("1", "9");
        }
    }

    /** T10: rows in quarantine have the table's present columns, so that they can be made whole later. */
    @Test
    void followsAlterations() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            TableRoute before = planned(fixture);
            fixture.strict(update(before, null, row("1", "long", UNCHANGED, "1")));
            Column added =
                    new Column("more", fixture.t.source().columns().get(2).type(), true, false);
            fixture.transaction(transaction -> {
                transaction.alter(new TableAlteration(
                        before,
                        before,
                        List.of(
                                new ColumnChange.Rename("doc", "document"),
                                new ColumnChange.Drop("n"),
                                new ColumnChange.Add(added, "filled")),
                        "shape",
                        false));
            });
            TableRoute after = fixture.ends.route("t");
            fixture.transaction(transaction -> transaction.apply(
                    NaiveCoalescer.strict(after, List.of(update(after, null, row("1", "ok", UNCHANGED, UNCHANGED))))));

            assertThat(fixture.rows()).isEqualTo("[[1, ok, d1, filled], [2, two, d2, filled]]");
        }
    }

    /** I2: which tables have rows in quarantine is asked anew when what was asked may hold no more. */
    @Test
    void whatWasAskedInATransactionThatIsUndoneIsForgotten() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            TableRoute t = planned(fixture);
            fixture.strict(update(t, null, row("1", "long", UNCHANGED, "1")));
            assertThatThrownBy(() -> fixture.transaction(transaction -> {
                        transaction.apply(NaiveCoalescer.strict(t, List.of(delete(t, "1", ABSENT, ABSENT, ABSENT))));
                        transaction.alter(new TableAlteration(t, t, List.of(), "shape", false));
                        transaction.apply(NaiveCoalescer.strict(t, List.of(insert(t, "3", "x", "d3", "3"))));
                        throw new IllegalStateException("over");
                    }))
                    .hasMessage("over");
            fixture.strict(update(t, null, row("1", "ok", UNCHANGED, "1")));

            assertThat(fixture.rows()).isEqualTo("[[1, ok, d1, 1], [2, two, d2, 2]]");
            assertThat(fixture.quarantine()).isEqualTo("[]");
        }
    }

    /** I4: a table whose rows stay stays whole. */
    @Test
    void aDroppedTableThatStaysLeavesNoRowBehind() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.QUARANTINE, BEFORE)) {
            TableRoute t = planned(fixture);
            fixture.strict(update(t, null, row("1", "long", UNCHANGED, "1")));
            assertThatThrownBy(() -> fixture.transaction(transaction -> transaction.drop(t, true)))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED));
            assertThat(fixture.quarantine()).startsWith("[[{1}, ");
            fixture.ends.sql.execute("DELETE FROM syncline.quarantine");
            fixture.transaction(transaction -> transaction.drop(t, true));

            assertThat(fixture.rows()).isEqualTo("[[2, two, d2, 2]]");
        }
    }

    private static TableRoute planned(BadValueFixture fixture) {
        fixture.ends.ledger.plan(
                fixture.ends.lease,
                new TableEntry(
                        fixture.t.source().table(),
                        fixture.t.destination().table(),
                        1,
                        "shape",
                        LoadStatus.KEYED,
                        null,
                        null,
                        List.of()));
        return fixture.t;
    }

    /** Without a key nothing tells later which row is meant. */
    @Test
    void tablesWithoutAKeyStop() {
        String script = "CREATE TABLE t (v varchar(3))";
        try (BadValueFixture fixture = new BadValueFixture(BadValues.STOP, script)) {
            requireStops(ErrorCode.VALUE_REJECTED, fixture, insert(fixture.t, "refused"));
        }
    }

    private static void requireStops(ErrorCode code, BadValueFixture fixture, RoutedChange change) {
        assertThatThrownBy(() -> fixture.strict(change))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(code))
                .message()
                .doesNotContain("refused");
        assertThat(fixture.quarantine()).isEqualTo("[]");
    }
}
