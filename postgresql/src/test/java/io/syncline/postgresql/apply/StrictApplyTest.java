package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.ABSENT;
import static io.syncline.postgresql.apply.ApplyFixture.UNCHANGED;
import static io.syncline.postgresql.apply.ApplyFixture.all;
import static io.syncline.postgresql.apply.ApplyFixture.delete;
import static io.syncline.postgresql.apply.ApplyFixture.deletes;
import static io.syncline.postgresql.apply.ApplyFixture.insert;
import static io.syncline.postgresql.apply.ApplyFixture.inserts;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.update;
import static io.syncline.postgresql.apply.ApplyFixture.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictApplyTest {

    private static final int MANY = 3_000;

    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void i2RowsAndPositionCommitTogetherOrNotAtAll(String version) {
        try (ApplyFixture fixture = new ApplyFixture(version, "CREATE TABLE t (id int PRIMARY KEY, v text)")) {
            TableRoute route = fixture.route("t");
            try (Applier.Transaction transaction = fixture.applier.begin(fixture.position())) {
                transaction.apply(new Round(Mode.STRICT, List.of(inserts(route, row("1", "a"))), List.of(), List.of()));
            }
            assertThat(fixture.sql.number("SELECT count(*) FROM t")).isZero();
            assertThat(position(fixture)).isEqualTo("0/00000010");

            fixture.apply(Mode.STRICT, inserts(route, row("1", "a"), row("2", null)));
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[1, a], [2, null]]");
            assertThat(position(fixture)).isEqualTo("0/00000020");

            fixture.apply(
                    Mode.STRICT,
                    deletes(route, row("1", "a")),
                    updates(route, all(route), new NetChange(row("2", "x"), row("2", "b'\"\\\t\n{}"))),
                    inserts(route, row("1", "again")));
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1"))
                    .containsExactly(List.of("1", "again"), List.of("2", "b'\"\\\t\n{}"));
        }
    }

    /** The same through COPY and staging tables, again and again, and after a rollback took a staging table away. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void manyChangesGoThroughStagingTables(String version) {
        try (ApplyFixture fixture = new ApplyFixture(version, "CREATE TABLE t (id int PRIMARY KEY, v text, w text)")) {
            TableRoute route = fixture.route("t");
            Row[] images = new Row[MANY];
            NetChange[] changes = new NetChange[MANY];
            Row[] keys = new Row[MANY];
            for (int i = 0; i < MANY; i++) {
                images[i] = row("" + i, i % 7 == 0 ? null : "a\\" + i, "kept");
                changes[i] = new NetChange(row("" + i, "", ""), row("" + (i + MANY), "b\t" + i, UNCHANGED));
                keys[i] = row("" + (i + MANY), null, null);
            }
            fixture.apply(Mode.STRICT, inserts(route, images));
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE v IS NULL OR v = 'a\\' || id"))
                    .isEqualTo(MANY);
            try (Applier.Transaction transaction = fixture.applier.begin(fixture.position())) {
                transaction.apply(
                        new Round(Mode.STRICT, List.of(updates(route, List.of(0, 1), changes)), List.of(), List.of()));
            }
            fixture.apply(Mode.STRICT, updates(route, List.of(0, 1), changes));
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE v = E'b\\t' || (id - 3000) AND w = 'kept'"))
                    .isEqualTo(MANY);
            fixture.apply(Mode.STRICT, deletes(route, keys));
            fixture.apply(Mode.STRICT, inserts(route, images));
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE w = 'kept'"))
                    .isEqualTo(MANY);
        }
    }

    /** A second statement over many changes of a table finds none of the first one's. */
    @Test
    void manyDeletesAndManyUpdatesInOneTransaction() {
        try (ApplyFixture fixture = new ApplyFixture("15", "CREATE TABLE t (id int PRIMARY KEY, v text)")) {
            TableRoute route = fixture.route("t");
            fixture.sql.execute("INSERT INTO t SELECT n, 'old' FROM generate_series(1, " + 2 * MANY + ") n");
            Row[] gone = new Row[MANY];
            NetChange[] changes = new NetChange[MANY];
            for (int i = 0; i < MANY; i++) {
                gone[i] = row("" + (i + 1), "");
                Row image = row("" + (i + 1 + MANY), "new");
                changes[i] = new NetChange(image, image);
            }
            fixture.apply(Mode.STRICT, deletes(route, gone), updates(route, all(route), changes));
            assertThat(fixture.sql.rows("SELECT count(*), min(v), max(v) FROM t"))
                    .containsExactly(List.of("" + MANY, "new", "new"));
        }
    }

    /** Statements that go out together are each asked for their own rows; when one lacks some, none of them stays. */
    @Test
    void groupsOfSeveralTablesGoTogetherAndEachMustReachItsRows() {
        try (ApplyFixture fixture = new ApplyFixture(
                "15",
                IntStream.rangeClosed(1, 10)
                        .mapToObj(n -> "CREATE TABLE t" + n + " (id int PRIMARY KEY, v text);" + " INSERT INTO t" + n
                                + " VALUES (1, 'old'), (2, 'old');")
                        .reduce("", String::concat))) {
            List<TableRoute> routes = IntStream.rangeClosed(1, 10)
                    .mapToObj(n -> fixture.route("t" + n))
                    .toList();
            fixture.apply(
                    Mode.STRICT,
                    routes.stream()
                            .map(route -> updates(
                                    route,
                                    all(route),
                                    new NetChange(
                                            row("1", ""),
                                            row(
                                                    "1",
                                                    "new "
                                                            + route.source()
                                                                    .table()
                                                                    .name()))))
                            .toArray(ChangeGroup[]::new));
            for (TableRoute route : routes) {
                assertThat(fixture.sql.column(
                                "SELECT v FROM " + route.source().table().name() + " ORDER BY id"))
                        .containsExactly("new " + route.source().table().name(), "old");
            }

            List<ChangeGroup> groups = List.of(
                    deletes(routes.get(0), row("1", "")),
                    deletes(routes.get(1), row("1", ""), row("3", "")),
                    inserts(routes.get(2), row("3", "x")));
            List<RoutedChange> sequence = List.of(
                    delete(routes.get(0), "1", ""),
                    delete(routes.get(1), "1", ""),
                    delete(routes.get(1), "3", ""),
                    insert(routes.get(2), "3", "x"));
            assertThatThrownBy(() -> fixture.apply(new Round(Mode.STRICT, groups, List.of(), sequence)))
                    .isInstanceOfSatisfying(SyncException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_ROW_MISSING);
                        assertThat(e.getMessage()).contains("public.t2");
                    });
            assertThat(fixture.sql.number(
                            "SELECT (SELECT count(*) FROM t1) + (SELECT count(*) FROM t2) + (SELECT count(*) FROM t3)"))
                    .isEqualTo(6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void aMissingRowIsAConflictThatNamesTableAndKey(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                "CREATE TABLE t (id int, part int, v text, PRIMARY KEY (part, id)); INSERT INTO t VALUES (1, 1, 'a')")) {
            TableRoute route = fixture.route("t");
            Row there = row("1", "1", "a");
            Row secret = row("424242", "1", "secret");
            for (Round round : List.of(
                    round(
                            List.of(delete(route, "1", "1", "a"), delete(route, "424242", "1", "secret")),
                            deletes(route, there, secret)),
                    round(
                            List.of(update(route, null, there), update(route, null, secret)),
                            updates(route, all(route), new NetChange(there, there), new NetChange(secret, secret))))) {
                assertThatThrownBy(() -> fixture.apply(round)).isInstanceOfSatisfying(SyncException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_ROW_MISSING);
                    assertThat(e.getMessage())
                            .contains("public.t", "(part, id)")
                            .doesNotContain("424242")
                            .doesNotContain("secret");
                });
                assertThat(fixture.sql.number("SELECT count(*) FROM t")).isOne();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void aTakenKeyIsAConflict(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (7, 'ours')")) {
            TableRoute route = fixture.route("t");
            assertThatThrownBy(() -> fixture.apply(
                            round(List.of(insert(route, "7", "theirs")), inserts(route, row("7", "theirs")))))
                    .isInstanceOfSatisfying(SyncException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_KEY_EXISTS);
                        assertThat(e.getMessage())
                                .contains("public.t", "t_pkey")
                                .doesNotContain("(7)");
                        assertThat(e).hasNoCause();
                    });
            assertThat(fixture.sql.value("SELECT v FROM t")).isEqualTo("ours");
        }
    }

    /** Two rows swap a value of a secondary unique key through a third one: net changes collide, the source's order does not. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t38NetChangesThatSwapUniqueValuesAreAppliedInSourceOrder(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                "CREATE TABLE t (id int PRIMARY KEY, u text UNIQUE, n int); INSERT INTO t VALUES (1, 'a', 0), (2, 'b', 0)")) {
            TableRoute route = fixture.route("t");
            List<RoutedChange> sequence = List.of(
                    update(route, null, row("1", "tmp", "1")),
                    update(route, null, row("2", "a", "2")),
                    update(route, null, row("1", "b", "3")));
            fixture.transaction(transaction -> {
                transaction.apply(round(List.of(insert(route, "3", "c", "0")), inserts(route, row("3", "c", "0"))));
                transaction.apply(round(
                        sequence,
                        updates(
                                route,
                                all(route),
                                new NetChange(row("1", "a", "0"), row("1", "b", "3")),
                                new NetChange(row("2", "b", "0"), row("2", "a", "2")))));
                transaction.apply(round(List.of(insert(route, "4", "d", "0")), inserts(route, row("4", "d", "0"))));
            });
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[1, b, 3], [2, a, 2], [3, c, 0], [4, d, 0]]");
        }
    }

    /** 23P01 is treated like 23505. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void anExclusionConstraintIsMetInSourceOrder(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                "CREATE TABLE t (id int PRIMARY KEY, r int4range, EXCLUDE USING gist (r WITH &&)); INSERT INTO t VALUES (1, '[1,5)'), (2, '[5,9)')")) {
            TableRoute route = fixture.route("t");
            List<RoutedChange> sequence = List.of(
                    update(route, null, row("1", "[100,101)")),
                    update(route, null, row("2", "[1,5)")),
                    update(route, null, row("1", "[5,9)")));
            fixture.apply(round(
                    sequence,
                    updates(
                            route,
                            all(route),
                            new NetChange(row("1", ""), row("1", "[5,9)")),
                            new NetChange(row("2", ""), row("2", "[1,5)")))));
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[1, [5,9)], [2, [1,5)]]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t1AMovedRowKeepsItsUnchangedToastValue(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                "CREATE TABLE t (id int PRIMARY KEY, doc text, v int); INSERT INTO t VALUES (1, repeat('x', 9), 0), (2, 'two', 0)")) {
            TableRoute route = fixture.route("t");
            fixture.apply(
                    Mode.STRICT,
                    deletes(route, row("2", null, null)),
                    updates(route, List.of(0, 2), new NetChange(row("1", null, null), row("2", UNCHANGED, "5"))));
            assertThat(fixture.sql.rows("SELECT * FROM t").toString()).isEqualTo("[[2, xxxxxxxxx, 5]]");
        }
    }

    /** The row is found by the key that it had; in the batch, the second moves to a key that the first has left. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t1AMovedRowKeepsItsUnchangedToastValueInSourceOrder(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                "CREATE TABLE t (id int PRIMARY KEY, doc text, v int); INSERT INTO t VALUES (1, repeat('x', 9), 0), (2, 'two', 0)")) {
            TableRoute route = fixture.route("t");
            fixture.apply(
                    Mode.STRICT,
                    update(route, row("2", ABSENT, ABSENT), row("3", UNCHANGED, "6")),
                    update(route, row("1", ABSENT, ABSENT), row("2", UNCHANGED, "5")));
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[2, xxxxxxxxx, 5], [3, two, 6]]");
        }
    }

    /** Destination-only columns forbid DELETE and INSERT; GENERATED ALWAYS refuses a key that did not change; stored columns are not ours. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t43IdentityGeneratedAndDestinationOnlyColumns(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int, g int GENERATED ALWAYS AS (v * 2) STORED)")) {
            TableRoute route = fixture.route("t");
            fixture.sql.execute("ALTER TABLE t ADD note text DEFAULT 'mine'");
            fixture.apply(Mode.STRICT, inserts(route, row("7", "1", null), row("8", "2", null)));
            fixture.sql.execute("UPDATE t SET note = 'edited'");
            NetChange change = new NetChange(row("7", "1", null), row("7", "10", null));
            fixture.apply(Mode.STRICT, updates(route, all(route), change));
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[7, 10, 20, edited], [8, 2, 4, edited]]");
        }
    }

    /** Under the replica role the server does not check deferrable keys at all. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t43ADeferrableKeyIsSwappedAndNeverShared(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                "CREATE TABLE t (id int PRIMARY KEY DEFERRABLE, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')")) {
            TableRoute route = fixture.route("t");
            assertThat(route.destination().key().deferrable()).isTrue();
            fixture.apply(
                    Mode.STRICT,
                    updates(
                            route,
                            List.of(0),
                            new NetChange(row("1", null), row("2", null)),
                            new NetChange(row("2", null), row("1", null))));
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[1, b], [2, a], [3, c]]");
            assertThatThrownBy(() -> fixture.apply(
                            round(List.of(insert(route, "3", "second")), inserts(route, row("3", "second")))))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_KEY_EXISTS));
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE id = 3"))
                    .isOne();
        }
    }

    /** Without the replica role the server checks it, at the transaction's end: until then two rows may have one value, whatever statements lead there. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t43ADeferrableConstraintWaitsForTheTransactionsEnd(String version) {
        TestDatabase database = SharedPostgres.destinationDatabase(version);
        String role = "owner_" + database.name();
        try (Sql sql = database.sql()) {
            sql.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'x'; GRANT CREATE, TEMP ON DATABASE " + database.name()
                    + " TO " + role + "; GRANT ALL ON SCHEMA public TO " + role);
        }
        String script = "CREATE TABLE t (id int PRIMARY KEY, v int UNIQUE DEFERRABLE INITIALLY IMMEDIATE);"
                + " INSERT INTO t VALUES (1, 10), (2, 20)";
        try (ApplyFixture fixture = new ApplyFixture(database, script, role)) {
            TableRoute route = fixture.route("t");
            try (Applier.Transaction transaction = fixture.applier.begin(fixture.position())) {
                for (RoutedChange change :
                        List.of(update(route, null, row("1", "20")), update(route, null, row("2", "10")))) {
                    transaction.apply(new Round(Mode.STRICT, List.of(), List.of(change), List.of(change)));
                }
                transaction.commit(fixture.position());
            }
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[1, 20], [2, 10]]");
        }
    }

    /** A transaction larger than memory: several rounds, one commit. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t38SeveralRoundsAreOneTransaction(String version) {
        try (ApplyFixture fixture = new ApplyFixture(version, "CREATE TABLE t (id int PRIMARY KEY, v int)")) {
            TableRoute route = fixture.route("t");
            try (Applier.Transaction transaction = fixture.applier.begin(fixture.position())) {
                for (int piece = 0; piece < 3; piece++) {
                    int from = piece * MANY;
                    transaction.apply(round(
                            List.of(),
                            inserts(
                                    route,
                                    IntStream.range(from, from + MANY)
                                            .mapToObj(i -> row("" + i, "0"))
                                            .toArray(Row[]::new))));
                    assertThat(fixture.sql.number("SELECT count(*) FROM t")).isZero();
                }
                transaction.commit(fixture.position());
            }
            assertThat(fixture.sql.number("SELECT count(*) FROM t")).isEqualTo(3 * MANY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void tablesAreEmptiedInTheirPlace(String version) {
        try (ApplyFixture fixture =
                new ApplyFixture(version, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")) {
            TableRoute route = fixture.route("t");
            fixture.sql.execute("CREATE TABLE c () INHERITS (t); INSERT INTO c VALUES (9)");
            fixture.transaction(transaction -> {
                transaction.apply(round(List.of(), inserts(route, row("2"))));
                transaction.truncate(List.of(route), false, true);
                transaction.apply(round(List.of(), inserts(route, row("3"))));
            });
            assertThat(fixture.sql.column("SELECT id FROM t ORDER BY 1"))
                    .as("an inheriting table keeps its rows")
                    .containsExactly("3", "9");
            fixture.apply(round(List.of(), deletes(route, row("3"))));
            assertThatThrownBy(() -> fixture.apply(round(List.of(delete(route, "9")), deletes(route, row("9")))))
                    .isInstanceOf(SyncException.class);
        }
    }

    /** What came before a round in its transaction stays when the round is undone. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t38AnUndoneRoundLeavesTheTruncateBeforeItDone(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version, "CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE); INSERT INTO t VALUES (9, 9)")) {
            TableRoute route = fixture.route("t");
            List<RoutedChange> sequence =
                    List.of(insert(route, "1", "1"), update(route, null, row("1", "2")), insert(route, "3", "1"));
            fixture.transaction(transaction -> {
                transaction.truncate(List.of(route), false, false);
                // These net changes collide; in source order they do not.
                transaction.apply(round(sequence, inserts(route, row("1", "1"), row("3", "1"))));
            });
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[1, 2], [3, 1]]");
        }
    }

    @Test
    void aTableThatIsGoneIsNamed() {
        try (ApplyFixture fixture = new ApplyFixture("15", "CREATE TABLE t (id int PRIMARY KEY)")) {
            TableRoute route = fixture.route("t");
            fixture.sql.execute("DROP TABLE t");
            assertThatThrownBy(() -> fixture.apply(Mode.STRICT, inserts(route, row("1"))))
                    .isInstanceOfSatisfying(SyncException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_SCHEMA);
                        assertThat(e.getMessage()).contains("public.t");
                    });
        }
    }

    @Test
    void aTableNamedOddlyAndVeryWideIsWrittenBothWays() {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < 1_599; i++) {
            columns.add("\"c?{d '" + i + "\" int");
        }
        try (ApplyFixture fixture = new ApplyFixture(
                "15", "CREATE TABLE \"A b.c\"\"d?\" (id int PRIMARY KEY, " + String.join(", ", columns) + ")")) {
            TableRoute route = fixture.route("A b.c\"d?");
            Row[] rows = IntStream.range(0, 2_100)
                    .mapToObj(i -> {
                        String[] values = new String[1_600];
                        java.util.Arrays.fill(values, "" + i);
                        return row(values);
                    })
                    .toArray(Row[]::new);
            fixture.apply(Mode.STRICT, inserts(route, rows));
            NetChange[] changes = java.util.Arrays.stream(rows)
                    .map(row -> new NetChange(row, row))
                    .toArray(NetChange[]::new);
            fixture.apply(Mode.STRICT, updates(route, all(route), changes));
            assertThat(fixture.sql.number("SELECT count(*) FROM \"A b.c\"\"d?\" WHERE id = \"c?{d '1598\""))
                    .isEqualTo(2_100);
        }
    }

    static Round round(List<RoutedChange> sequence, io.syncline.api.apply.ChangeGroup... groups) {
        return new Round(Mode.STRICT, List.of(groups), List.of(), sequence);
    }

    private static String position(ApplyFixture fixture) {
        return fixture.sql.value("SELECT position FROM syncline.stream");
    }
}
