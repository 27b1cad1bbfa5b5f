package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.UNCHANGED;
import static io.syncline.postgresql.apply.ApplyFixture.delete;
import static io.syncline.postgresql.apply.ApplyFixture.insert;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.ApplyRules.TableRules;
import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.ChangeGroup.Kind;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Key;
import io.syncline.api.model.Origin;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Applier;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of one source table of a merged table: rows of other origin are never touched (docs/design/merge.md). */
class MergedApplyTest {

    private static final String BOTH = """
            CREATE TABLE t (id int, v text, __dts_data_source text, PRIMARY KEY (id, __dts_data_source));
            INSERT INTO t SELECT n, 'old', o FROM generate_series(1, 9000) AS n, (VALUES ('own'), ('other')) AS o (o)""";

    private static final String DISJOINT = """
            CREATE TABLE t (id int PRIMARY KEY, v text, __dts_data_source text);
            INSERT INTO t VALUES (1, 'old', 'own'), (2, 'two', 'other'), (3, 'three', NULL)""";

    private static final String OTHERS =
            "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t WHERE __dts_data_source IS DISTINCT FROM 'own'";

    /** Few changes go as arrays, many through a staging table: another statement, of the same text. */
    @ParameterizedTest
    @ValueSource(ints = {3, 2500})
    void t32NoRowOfAnotherOriginIsTouched(int many) {
        try (ApplyFixture fixture = new ApplyFixture("15", BOTH)) {
            TableRoute t = merged(fixture, true);
            String others = fixture.sql.value(OTHERS);

            fixture.apply(Mode.STRICT, group(t, Kind.DELETE, List.of(), keys(1, many)));
            assertThat(own(fixture)).isEqualTo(9000 - many);
            fixture.apply(Mode.STRICT, group(t, Kind.UPDATE, List.of(0, 1), staying(3001, many, "new")));
            fixture.apply(Mode.STRICT, group(t, Kind.UPDATE, List.of(0), moving(6001, many, 100_000)));
            fixture.apply(Mode.STRICT, group(t, Kind.INSERT, List.of(0, 1), images(1, many, "again")));
            fixture.apply(Mode.CATCHING_UP, group(t, Kind.INSERT, List.of(0, 1), images(3001, many, "upsert")));
            fixture.apply(Mode.CATCHING_UP, group(t, Kind.INSERT, List.of(0, 1), images(200_001, many, "absent")));
            fixture.apply(Mode.CATCHING_UP, group(t, Kind.DELETE, List.of(), keys(300_001, many)));

            assertThat(own(fixture)).isEqualTo(9000 + many);
            assertThat(fixture.sql.rows(
                            "SELECT v, count(*) FROM t WHERE __dts_data_source = 'own' GROUP BY v ORDER BY v"))
                    .isEqualTo(List.of(
                            List.of("absent", "" + many),
                            List.of("again", "" + many),
                            List.of("old", "" + (9000 - 2 * many)),
                            List.of("upsert", "" + many)));
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE id BETWEEN 106001 AND 200000"))
                    .isEqualTo(many);
            assertThat(fixture.sql.value(OTHERS)).isEqualTo(others);
            fixture.transaction(transaction -> transaction.truncate(List.of(t), false, true));
            assertThat(own(fixture)).isZero();
            assertThat(fixture.sql.value(OTHERS)).isEqualTo(others);
        }
    }

    @Test
    void rowsThatAreReadAgainAreOfTheirOrigin() {
        try (ApplyFixture fixture = new ApplyFixture("15", BOTH)) {
            TableRoute t = merged(fixture, true);
            String others = fixture.sql.value(OTHERS);

            fixture.transaction(transaction -> transaction.refetched(
                    t,
                    List.of(row("1", UNCHANGED), row("2", UNCHANGED), row("10001", UNCHANGED)),
                    List.of(row("2", "read"), row("10001", "read")),
                    Positions.NONE));

            assertThat(
                            fixture.sql.column(
                                    "SELECT id::text FROM t WHERE __dts_data_source = 'own' AND (id < 3 OR v = 'read') ORDER BY 1"))
                    .containsExactly("10001", "2");
            assertThat(fixture.sql.value(OTHERS)).isEqualTo(others);
        }
    }

    /** Of equal rows those of the own origin are meant. */
    @Test
    void t15RowsWithoutAKeyAreFoundAmongTheirOrigins() {
        try (ApplyFixture fixture = new ApplyFixture("15", """
                CREATE TABLE t (id int, v text, __dts_data_source text);
                INSERT INTO t SELECT 1, 'same', o FROM (VALUES ('other'), ('own'), ('other'), ('own'), ('own')) AS o (o)""")) {
            TableRoute t = keyless(merged(fixture, false));
            String others = fixture.sql.value(OTHERS);

            fixture.apply(
                    Mode.STRICT,
                    delete(t, "1", "same"),
                    update(t, row("1", "same"), row("1", "new")),
                    insert(t, "7", "more"));

            assertThat(fixture.sql.column("SELECT v FROM t WHERE __dts_data_source = 'own' ORDER BY 1"))
                    .containsExactly("more", "new", "same");
            assertThat(fixture.sql.value(OTHERS)).isEqualTo(others);
            assertThatThrownBy(() -> fixture.apply(
                            Mode.STRICT, delete(t, "1", "same"), delete(t, "1", "same"), delete(t, "1", "same")))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_ROW_MISSING));
            assertThat(fixture.sql.value(OTHERS)).isEqualTo(others);
        }
    }

    /** A key that a row of another origin has: nothing says which is right. */
    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void aTakenKeyStopsWhateverThePolicy(ConflictPolicy policy) {
        try (ApplyFixture fixture = new ApplyFixture("15", DISJOINT)) {
            TableRoute t = merged(fixture, false);
            String others = fixture.sql.value(OTHERS);
            for (Mode mode : Mode.values()) {
                for (RoutedChange change : List.of(
                        insert(t, "2", "new"), insert(t, "3", "new"), update(t, row("1", "old"), row("2", "moved")))) {
                    assertThatThrownBy(() -> apply(fixture, policy, t, mode, change))
                            .as(mode + " " + change)
                            .isInstanceOfSatisfying(SyncException.class, e -> {
                                assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_KEY_EXISTS);
                                assertThat(e.remedy()).contains("merge: origin");
                            });
                    assertThat(fixture.sql.value(OTHERS)).isEqualTo(others);
                    assertThat(own(fixture)).isEqualTo(1);
                }
            }
        }
    }

    /** An UPDATE or DELETE that means a row of another origin finds none: a conflict by the policy, never that row. */
    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void aRowOfAnotherOriginIsNoneThatIsFound(ConflictPolicy policy) {
        try (ApplyFixture fixture = new ApplyFixture("15", DISJOINT)) {
            TableRoute t = merged(fixture, false);
            String others = fixture.sql.value(OTHERS);
            RoutedChange delete = delete(t, "2", UNCHANGED);
            RoutedChange update = update(t, null, row("2", "new"));
            if (policy == ConflictPolicy.REPORT) {
                for (RoutedChange change : List.of(delete, update)) {
                    assertThatThrownBy(() -> apply(fixture, policy, t, Mode.STRICT, change))
                            .isInstanceOfSatisfying(
                                    SyncException.class,
                                    e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_ROW_MISSING));
                }
            } else {
                apply(fixture, policy, t, Mode.STRICT, delete);
                if (policy == ConflictPolicy.IGNORE) {
                    apply(fixture, policy, t, Mode.STRICT, update);
                } else {
                    assertThatThrownBy(() -> apply(fixture, policy, t, Mode.STRICT, update))
                            .isInstanceOfSatisfying(
                                    SyncException.class,
                                    e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_KEY_EXISTS));
                }
                assertThat(fixture.ledger.conflicts(fixture.task).total()).isPositive();
            }
            assertThat(fixture.sql.value(OTHERS)).isEqualTo(others);
        }
    }

    /** The own row that is in the way makes room, as in any table. */
    @Test
    void anOwnRowIsOverwritten() {
        try (ApplyFixture fixture = new ApplyFixture("15", DISJOINT)) {
            TableRoute t = merged(fixture, false);
            apply(fixture, ConflictPolicy.OVERWRITE, t, Mode.STRICT, insert(t, "1", "new"));
            assertThat(fixture.sql.rows("SELECT id, v, __dts_data_source FROM t ORDER BY id"))
                    .isEqualTo(fixture.sql.rows("VALUES (1, 'new', 'own'), (2, 'two', 'other'), (3, 'three', NULL)"));
        }
    }

    private static void apply(
            ApplyFixture fixture, ConflictPolicy policy, TableRoute t, Mode mode, RoutedChange change) {
        ApplyRules rules =
                new ApplyRules(Map.of(t.source().table(), new TableRules(policy, true, false, BadValues.STOP)));
        try (Applier applier = fixture.newApplier(rules);
                Applier.Transaction transaction = applier.begin(fixture.position())) {
            transaction.apply(new Round(mode, List.of(), List.of(change), List.of(change)));
            transaction.commit(fixture.position());
        }
    }

    private static long own(ApplyFixture fixture) {
        return fixture.sql.number("SELECT count(*) FROM t WHERE __dts_data_source = 'own'");
    }

    /** From a source table of the columns {@code id} and {@code v}. */
    private static TableRoute merged(ApplyFixture fixture, boolean inKey) {
        TableSchema whole = fixture.route("t").source();
        TableSchema own = new TableSchema(
                whole.table(),
                whole.version(),
                whole.columns().subList(0, 2),
                new Key(Key.Kind.PRIMARY, List.of(0), false));
        return new TableRoute(own, own, List.of(0, 1), null, new Origin("own", inKey));
    }

    private static TableRoute keyless(TableRoute route) {
        TableSchema table = route.source();
        TableSchema without = new TableSchema(table.table(), table.version(), table.columns(), Key.NONE);
        return new TableRoute(without, without, route.sourceColumns(), null, route.origin());
    }

    private static ChangeGroup group(TableRoute t, Kind kind, List<Integer> columns, List<NetChange> changes) {
        return new ChangeGroup(t, kind, columns, changes);
    }

    private static List<NetChange> keys(int from, int many) {
        return changes(from, many, id -> new NetChange(row("" + id, UNCHANGED), null));
    }

    private static List<NetChange> images(int from, int many, String v) {
        return changes(from, many, id -> new NetChange(null, row("" + id, v)));
    }

    private static List<NetChange> staying(int from, int many, String v) {
        return changes(from, many, id -> new NetChange(row("" + id, UNCHANGED), row("" + id, v)));
    }

    private static List<NetChange> moving(int from, int many, int by) {
        return changes(from, many, id -> {
            Row key = row("" + id, UNCHANGED);
            return new NetChange(key, row("" + (id + by), UNCHANGED));
        });
    }

    private interface Change {
        NetChange of(int id);
    }

    private static List<NetChange> changes(int from, int many, Change change) {
        return IntStream.range(from, from + many).mapToObj(change::of).toList();
    }
}
