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

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.ApplyRules.TableRules;
import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.Conflict;
import io.syncline.api.apply.Conflict.Kind;
import io.syncline.api.apply.Conflict.Outcome;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Applier;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.postgresql.ledger.ConflictRows;
import io.syncline.postgresql.session.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each cell of the table of docs/design/conflicts.md, on a server. */
class ConflictApplyTest {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text, u text UNIQUE)";
    private static final String BEFORE = "[[1, old, u1], [2, two, u2]]";
    private static final int MANY = 2_500;

    /** How the changes come: few in net groups, many in net groups, so that staging tables are used, or in source order. */
    enum Path {
        FEW,
        STAGED,
        IN_ORDER
    }

    /**
     * A kind of conflict.
     *
     * @param group the change as a net change
     * @param change the same as the source made it
     * @param kind what is noted first; null where rows of both conflicts are noted, in either order
     * @param overwritten the rows under overwrite
     * @param outcome what is noted last under overwrite
     */
    private record Cell(
            String name, ChangeGroup group, RoutedChange change, Kind kind, String overwritten, Outcome outcome) {}

    private static List<Cell> cells(TableRoute t) {
        return List.of(
                new Cell(
                        "INSERT finds its key",
                        inserts(t, row("1", "new", "u9")),
                        insert(t, "1", "new", "u9"),
                        Kind.INSERT_FINDS_KEY,
                        "[[1, new, u9], [2, two, u2]]",
                        Outcome.WRITTEN),
                new Cell(
                        "INSERT finds another unique value",
                        inserts(t, row("3", "new", "u2")),
                        insert(t, "3", "new", "u2"),
                        Kind.UNIQUE_VALUE_TAKEN,
                        "[[1, old, u1], [3, new, u2]]",
                        Outcome.OTHER_REMOVED),
                new Cell(
                        "INSERT finds both",
                        inserts(t, row("1", "new", "u2")),
                        insert(t, "1", "new", "u2"),
                        Kind.INSERT_FINDS_KEY,
                        "[[1, new, u2]]",
                        Outcome.OTHER_REMOVED),
                new Cell(
                        "whole UPDATE finds none",
                        whole(t, "5", row("5", "new", "u5")),
                        update(t, null, row("5", "new", "u5")),
                        Kind.UPDATE_FINDS_NONE,
                        "[[1, old, u1], [2, two, u2], [5, new, u5]]",
                        Outcome.WRITTEN),
                new Cell(
                        "whole UPDATE finds none and another unique value",
                        whole(t, "5", row("5", "new", "u2")),
                        update(t, null, row("5", "new", "u2")),
                        Kind.UPDATE_FINDS_NONE,
                        "[[1, old, u1], [5, new, u2]]",
                        Outcome.OTHER_REMOVED),
                new Cell(
                        "partial UPDATE finds none",
                        updates(t, List.of(0, 1), new NetChange(row("5", "", ""), row("5", "new", UNCHANGED))),
                        update(t, null, row("5", "new", UNCHANGED)),
                        Kind.UPDATE_FINDS_NONE,
                        BEFORE,
                        Outcome.READ_AGAIN),
                new Cell(
                        "UPDATE takes another unique value",
                        whole(t, "1", row("1", "new", "u2")),
                        update(t, null, row("1", "new", "u2")),
                        Kind.UNIQUE_VALUE_TAKEN,
                        "[[1, new, u2]]",
                        Outcome.OTHER_REMOVED),
                new Cell(
                        "partial UPDATE takes another unique value",
                        updates(t, List.of(0, 2), new NetChange(row("1", "", ""), row("1", UNCHANGED, "u2"))),
                        update(t, null, row("1", UNCHANGED, "u2")),
                        Kind.UNIQUE_VALUE_TAKEN,
                        "[[1, old, u2]]",
                        Outcome.OTHER_REMOVED),
                new Cell(
                        "key change takes another key",
                        whole(t, "1", row("2", "new", "u9")),
                        update(t, row("1", "", ""), row("2", "new", "u9")),
                        Kind.UNIQUE_VALUE_TAKEN,
                        "[[2, new, u9]]",
                        Outcome.OTHER_REMOVED),
                new Cell(
                        "key change finds none, and its new key",
                        whole(t, "5", row("2", "new", "u9")),
                        update(t, row("5", "", ""), row("2", "new", "u9")),
                        Kind.UPDATE_FINDS_NONE,
                        "[[1, old, u1], [2, new, u9]]",
                        Outcome.WRITTEN),
                new Cell(
                        "DELETE finds none",
                        deletes(t, row("5", null, null)),
                        delete(t, "5", null, null),
                        Kind.DELETE_FINDS_NONE,
                        BEFORE,
                        Outcome.LEFT));
    }

    private static ChangeGroup whole(TableRoute route, String oldKey, Row image) {
        return updates(route, all(route), new NetChange(row(oldKey, "", ""), image));
    }

    @ParameterizedTest
    @EnumSource(Path.class)
    void overwriteMakesTheSourcesRowWin(Path path) {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE);
                Applying applying = new Applying(fixture, ConflictPolicy.OVERWRITE, true)) {
            for (Cell cell : cells(fixture.route("t"))) {
                List<RefetchRequest> requests = applying.cell(path, cell);

                assertThat(rows(fixture)).as(cell.name).isEqualTo(cell.overwritten);
                assertThat(applying.noted().stream().map(Conflict::kind))
                        .as(cell.name)
                        .startsWith(cell.kind);
                assertThat(applying.noted().getLast().outcome()).as(cell.name).isEqualTo(cell.outcome);
                assertThat(requests.stream().map(request -> request.key().text(0)))
                        .as(cell.name)
                        .isEqualTo(cell.outcome == Outcome.READ_AGAIN ? List.of("5") : List.of());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Path.class)
    void ignoreLeavesTheDestinationAsItIs(Path path) {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE);
                Applying applying = new Applying(fixture, ConflictPolicy.IGNORE, true)) {
            for (Cell cell : cells(fixture.route("t"))) {
                assertThat(applying.cell(path, cell)).isEmpty();

                assertThat(rows(fixture)).as(cell.name).isEqualTo(BEFORE);
                assertThat(applying.noted()).as(cell.name).singleElement().satisfies(conflict -> {
                    assertThat(conflict.kind()).isEqualTo(cell.kind);
                    assertThat(conflict.outcome()).isEqualTo(Outcome.LEFT);
                    assertThat(conflict.key()).hasSize(1);
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Path.class)
    void reportStopsBeforeAnythingIsWritten(Path path) {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE);
                Applying applying = new Applying(fixture, ConflictPolicy.REPORT, true)) {
            for (Cell cell : cells(fixture.route("t"))) {
                boolean missing = cell.kind == Kind.UPDATE_FINDS_NONE || cell.kind == Kind.DELETE_FINDS_NONE;
                assertThatThrownBy(() -> applying.cell(path, cell))
                        .as(cell.name)
                        .isInstanceOfSatisfying(
                                SyncException.class,
                                e -> assertThat(e.code())
                                        .isEqualTo(
                                                missing
                                                        ? ErrorCode.CONFLICT_ROW_MISSING
                                                        : ErrorCode.CONFLICT_KEY_EXISTS));

                assertThat(rows(fixture)).as(cell.name).isEqualTo(BEFORE);
                assertThat(applying.noted()).isEmpty();
            }
        }
    }

    /** Where inserted rows are not carried, no other change may bring rows in. */
    @Test
    void t14AnUpdateBringsNoRowWhereInsertsAreNotCarried() {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE);
                Applying applying = new Applying(fixture, ConflictPolicy.OVERWRITE, false)) {
            TableRoute t = fixture.route("t");
            applying.reset();
            assertThat(applying.apply(round(
                            update(t, null, row("5", "new", "u5")),
                            update(t, null, row("6", "new", UNCHANGED)),
                            update(t, null, row("1", "new", "u1")))))
                    .isEmpty();

            assertThat(rows(fixture)).isEqualTo("[[1, new, u1], [2, two, u2]]");
            assertThat(applying.noted()).hasSize(2).allMatch(conflict -> conflict.outcome() == Outcome.LEFT);
        }
    }

    /** What the server's index means decides: expressions, predicates, several columns, types of extensions. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void findsOtherRowsByAnyUniqueIndex(String version) {
        try (ApplyFixture fixture = new ApplyFixture(version, """
                        CREATE TABLE t (id int PRIMARY KEY, v text, u text, there_only int);
                        CREATE UNIQUE INDEX ON t (lower(u), (v || 'x')) WHERE u <> 'free' AND there_only IS NULL""");
                Applying applying = new Applying(fixture, ConflictPolicy.OVERWRITE, true)) {
            TableRoute whole = fixture.route("t");
            TableRoute t = new TableRoute(
                    whole.source(),
                    new TableSchema(
                            whole.destination().table(),
                            whole.destination().version(),
                            whole.destination().columns().subList(0, 3),
                            whole.destination().key()),
                    List.of(0, 1, 2));
            fixture.sql.execute("INSERT INTO t VALUES (1, 'a', 'SAME'), (2, 'a', 'free'), (3, 'b', 'same')");

            applying.apply(round(insert(t, "7", "a", "same", null)));
            applying.apply(round(insert(t, "8", "a", "free", null)));

            assertThat(fixture.sql.column("SELECT id::text FROM t ORDER BY id")).containsExactly("2", "3", "7", "8");
            assertThat(applying.noted()).singleElement().satisfies(conflict -> {
                assertThat(conflict.key()).containsExactly("7");
                assertThat(conflict.removed()).containsExactly("1");
            });
        }
    }

    /** T25: an older state of a row is replayed over a newer one of another; every row comes again, so that none is lost. */
    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void t25RowsMakeRoomWhileTheStreamCatchesUp(ConflictPolicy policy) {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE);
                Applying applying = new Applying(fixture, policy, true)) {
            TableRoute t = fixture.route("t");
            fixture.sql.execute("INSERT INTO t VALUES (1, 'newer', 'x'), (2, 'newer', 'y')");
            Round older = new Round(
                    Mode.CATCHING_UP,
                    List.of(inserts(t, row("2", "older", "x"))),
                    List.of(),
                    List.of(insert(t, "2", "older", "x")));
            assertThat(applying.apply(older)).isEmpty();
            assertThat(rows(fixture)).isEqualTo("[[2, older, x]]");

            ChangeGroup changes = updates(
                    t,
                    all(t),
                    new NetChange(row("1", "newer", "x"), row("1", "newer", "x")),
                    new NetChange(row("2", "newer", "y"), row("2", "newer", "y")));
            applying.apply(new Round(
                    Mode.CATCHING_UP,
                    List.of(changes),
                    List.of(),
                    List.of(update(t, null, row("2", "newer", "y")), update(t, null, row("1", "newer", "x")))));
            assertThat(rows(fixture)).isEqualTo("[[1, newer, x], [2, newer, y]]");
        }
    }

    /** The same of rows that are read again. */
    @Test
    void t25RowsMakeRoomForOneThatIsReadAgain() {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE);
                Applying applying = new Applying(fixture, ConflictPolicy.REPORT, true)) {
            TableRoute t = fixture.route("t");
            applying.reset();
            applying.transaction(transaction -> transaction.refetched(
                    t,
                    List.of(row("3", null, null), row("4", null, null)),
                    List.of(row("3", "read", "u2")),
                    Positions.NONE));

            assertThat(rows(fixture)).isEqualTo("[[1, old, u1], [3, read, u2]]");
        }
    }

    /** The row of the key may be another one, so that a part of its image must not be written into it. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void t25APartOfARowThatWasNotLoadedAsksForIt(Mode mode) {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE)) {
            TableRoute t = fixture.route("t");
            try (Applying applying =
                    new Applying(fixture, new TableRules(ConflictPolicy.OVERWRITE, true, true, BadValues.STOP))) {
                for (boolean grouped : List.of(true, false)) {
                    applying.reset();
                    List<RoutedChange> sequence = List.of(
                            update(t, null, row("1", "part", UNCHANGED)),
                            update(t, row("2", ABSENT, ABSENT), row("4", "part", UNCHANGED)));
                    List<ChangeGroup> net = List.of(
                            updates(t, List.of(0, 1), new NetChange(row("1", "", ""), row("1", "part", UNCHANGED))),
                            updates(t, List.of(0, 1), new NetChange(row("2", "", ""), row("4", "part", UNCHANGED))));
                    List<RefetchRequest> requests = applying.apply(
                            grouped && mode == Mode.STRICT
                                    ? new Round(mode, net, List.of(), sequence)
                                    : new Round(mode, List.of(), sequence, sequence));

                    assertThat(requests.stream().map(request -> request.key().text(0)))
                            .containsExactly("1", "4");
                    assertThat(rows(fixture)).isEqualTo("[[1, old, u1]]");
                    assertThat(applying.noted()).isEmpty();
                }
            }
        }
    }

    @Test
    void conflictsOfATableWithoutAKey() {
        try (ApplyFixture fixture = new ApplyFixture("15", "CREATE TABLE t (id int, v text, u text UNIQUE)");
                Applying applying = new Applying(fixture, ConflictPolicy.OVERWRITE, true)) {
            TableRoute t = fixture.keyless("t");
            applying.reset();
            applying.apply(round(
                    insert(t, "3", "new", "u2"),
                    update(t, row("8", "x", "y"), row("8", "new", "u8")),
                    delete(t, "9", "x", "y")));

            assertThat(rows(fixture)).isEqualTo("[[1, old, u1], [3, new, u2], [8, new, u8]]");
            assertThat(applying.noted().stream().map(Conflict::outcome))
                    .containsExactly(Outcome.OTHER_REMOVED, Outcome.WRITTEN, Outcome.LEFT);
        }
    }

    /** I4, I5: every conflict is counted, the last ones are kept with their keys. */
    @Test
    void i5CountsAllConflictsAndKeepsTheLast() {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE);
                Applying applying = new Applying(fixture, ConflictPolicy.IGNORE, true)) {
            TableRoute t = fixture.route("t");
            RoutedChange[] gone = IntStream.range(0, ConflictRows.KEPT + 10)
                    .mapToObj(id -> delete(t, "" + id, null, null))
                    .toArray(RoutedChange[]::new);
            applying.apply(round(gone));
            applying.apply(round(delete(t, "77", null, null)));

            assertThat(fixture.sql.number("SELECT count(*) FROM syncline.conflict"))
                    .isEqualTo(ConflictRows.KEPT);
            Conflict.Report report = fixture.ledger.conflicts(fixture.task);
            assertThat(report.total()).isEqualTo(ConflictRows.KEPT + 11L);
            assertThat(report.counts()).hasSize(1);
            assertThat(report.last().getFirst().key()).containsExactly("77");
        }
    }

    /** A value that the destination refuses is no conflict: it stops whatever the policy, under its own name. */
    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void aRefusedValueStopsUnderEveryPolicy(ConflictPolicy policy) {
        try (ApplyFixture fixture = new ApplyFixture(
                        "15", "CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v <> 'bad'), u text)");
                Applying applying = new Applying(fixture, policy, true)) {
            TableRoute t = fixture.route("t");
            assertThatThrownBy(() -> applying.apply(round(insert(t, "1", "good", ""), insert(t, "2", "bad", ""))))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_REJECTED));
            assertThat(fixture.sql.number("SELECT count(*) FROM t")).isZero();
        }
    }

    private static Round round(RoutedChange... changes) {
        return new Round(Mode.STRICT, List.of(), List.of(changes), List.of(changes));
    }

    private static String rows(ApplyFixture fixture) {
        return fixture.sql
                .rows("SELECT id, v, u FROM t WHERE id < 1000 ORDER BY 1")
                .toString();
    }

    /** An applier with rules of its own for the table t. */
    private static final class Applying implements AutoCloseable {

        private final ApplyFixture fixture;
        private final Applier applier;
        private Lsn position;

        Applying(ApplyFixture fixture, ConflictPolicy policy, boolean inserts) {
            this(fixture, new TableRules(policy, inserts, false, BadValues.STOP));
        }

        Applying(ApplyFixture fixture, TableRules rules) {
            this.fixture = fixture;
            this.position = fixture.position();
            this.applier = fixture.newApplier(
                    new ApplyRules(Map.of(fixture.route("t").source().table(), rules)));
        }

        void reset() {
            fixture.sql.execute(
                    "TRUNCATE t, syncline.conflict; INSERT INTO t VALUES (1, 'old', 'u1'), (2, 'two', 'u2')");
        }

        /** Among other changes of the same kind, which are applied whatever becomes of it. */
        List<RefetchRequest> cell(Path path, Cell cell) {
            reset();
            TableRoute t = cell.group.route();
            int others = path == Path.STAGED ? MANY : 3;
            List<NetChange> net = new ArrayList<>(cell.group.changes());
            List<RoutedChange> sequence = new ArrayList<>(List.of(cell.change));
            for (int id = 1000; id < 1000 + others; id++) {
                NetChange other = other(cell.group, id);
                net.add(other);
                sequence.add(routed(t, other));
            }
            boolean inserts = cell.group.kind() == ChangeGroup.Kind.INSERT;
            if (!inserts) {
                fixture.sql.execute("INSERT INTO t SELECT n, 'other', NULL FROM generate_series(1000, " + (999 + others)
                        + ") AS n");
            }
            ChangeGroup group = new ChangeGroup(t, cell.group.kind(), cell.group.columns(), net);
            List<RefetchRequest> requests = apply(
                    path == Path.IN_ORDER
                            ? new Round(Mode.STRICT, List.of(), sequence, sequence)
                            : new Round(Mode.STRICT, List.of(group), List.of(), sequence));
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE id >= 1000"))
                    .isEqualTo(cell.group.kind() == ChangeGroup.Kind.DELETE ? 0 : others);
            return requests;
        }

        /** A change of another row, which has the same columns and moves its key when the group's does. */
        private static NetChange other(ChangeGroup group, int id) {
            NetChange like = group.changes().getFirst();
            Row key = group.kind() == ChangeGroup.Kind.INSERT ? null : row("" + id, "", "");
            Row image = like.image();
            if (image == null) {
                return new NetChange(key, null);
            }
            boolean moves = like.key() != null && !like.key().text(0).equals(image.text(0));
            return new NetChange(
                    key,
                    row(
                            "" + (moves ? id + 100_000 : id),
                            image.isPresent(1) ? "other" : UNCHANGED,
                            image.isPresent(2) ? null : UNCHANGED));
        }

        private static RoutedChange routed(TableRoute t, NetChange change) {
            Row image = change.image();
            Row key = change.key();
            if (image == null) {
                return new RoutedChange(t, new ChangeEvent.Delete(t.source(), Objects.requireNonNull(key)));
            }
            if (key == null) {
                return new RoutedChange(t, new ChangeEvent.Insert(t.source(), image));
            }
            return update(t, key.text(0).equals(image.text(0)) ? null : key, image);
        }

        List<RefetchRequest> apply(Round round) {
            List<RefetchRequest> requests = new ArrayList<>();
            transaction(transaction -> requests.addAll(transaction.apply(round)));
            return requests;
        }

        void transaction(Consumer<Applier.Transaction> work) {
            Lsn next = new Lsn(position.value() + 0x10);
            try (Applier.Transaction transaction = applier.begin(position)) {
                work.accept(transaction);
                transaction.commit(next);
            }
            position = next;
        }

        /** In the order in which they were noted. */
        List<Conflict> noted() {
            return fixture.ledger.conflicts(fixture.task).last().reversed();
        }

        @Override
        public void close() {
            applier.close();
        }
    }
}
