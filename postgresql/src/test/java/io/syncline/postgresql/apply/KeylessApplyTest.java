package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.delete;
import static io.syncline.postgresql.apply.ApplyFixture.insert;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T15: rows without a key are matched whole, as they are stored, one row for one change. */
@ExtendWith(Seeds.class)
class KeylessApplyTest {

    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t15RowsThatAreEqualAndNotTheSameAreToldApart(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                "CREATE DOMAIN short AS varchar(5);"
                        + " CREATE TABLE t (b box, j json, n numeric, s short, f float8, c char(3), a int[])")) {
            TableRoute route = fixture.keyless("t");
            String[][] rows = {
                {"(2,2),(0,0)", "{\"a\": 1}", "1.0", "x", "0", "ab ", "{1,2}"},
                {"(4,1),(0,0)", "{\"a\": 1}", "1.0", "x", "0", "ab ", "{1,2}"},
                {"(2,2),(0,0)", "{\"a\":1}", "1.0", "x", "0", "ab ", "{1,2}"},
                {"(2,2),(0,0)", "{\"a\": 1}", "1.00", "x", "0", "ab ", "{1,2}"},
                {"(2,2),(0,0)", "{\"a\": 1}", "1.0", null, "0", "ab ", "{1,2}"},
                {"(2,2),(0,0)", "{\"a\": 1}", "1.0", "x", "-0", "ab ", "{1,2}"},
                {"(2,2),(0,0)", "{\"a\": 1}", "1.0", "x", "0", "ab ", "{{1,2}}"},
                {null, null, null, null, null, null, null}
            };
            for (String[] values : rows) {
                fixture.apply(Mode.STRICT, insert(route, values), insert(route, values), insert(route, values));
            }
            for (int i = 0; i < rows.length; i++) {
                fixture.apply(Mode.STRICT, delete(route, rows[i]), delete(route, rows[i]));
                assertThat(fixture.sql.number("SELECT count(*) FROM t")).isEqualTo(24 - 2L * (i + 1));
            }
            assertThat(fixture.sql.number("SELECT count(DISTINCT CAST(t AS text)) FROM t"))
                    .isEqualTo(8);
            String[] other = {"(4,1),(0,0)", "{\"a\":1}", "1.0", "x", "0", "ab ", "{1,2}"};
            for (RoutedChange change :
                    List.of(delete(route, other), update(route, row(other), row(rows[0])), delete(route, rows[0]))) {
                if (change.equals(delete(route, rows[0]))) {
                    fixture.apply(Mode.STRICT, change);
                }
                assertThatThrownBy(() -> fixture.apply(Mode.STRICT, delete(route, other)))
                        .isInstanceOfSatisfying(
                                SyncException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_ROW_MISSING));
            }
        }
    }

    /** Runs of changes in one statement come to what they come to one by one: compared with a list of rows. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t15KOfNEqualRows(String version, Seed seed) {
        RandomGenerator random = seed.random();
        try (ApplyFixture fixture = new ApplyFixture(version, "CREATE TABLE t (v text, w text)")) {
            TableRoute route = fixture.keyless("t");
            fixture.sql.execute("DROP TABLE t; CREATE TABLE t (v text, w text) PARTITION BY LIST (w);"
                    + " CREATE TABLE p PARTITION OF t FOR VALUES IN ('a', 'b'); CREATE TABLE d PARTITION OF t DEFAULT");
            List<List<String>> model = new ArrayList<>();
            for (int round = 0; round < 25; round++) {
                List<RoutedChange> changes = new ArrayList<>();
                int size = round == 20 ? 2_500 : 30;
                for (int i = 0; i < size; i++) {
                    changes.add(change(route, random, model));
                }
                fixture.apply(Mode.STRICT, changes.toArray(RoutedChange[]::new));
                assertThat(fixture.sql.column("SELECT v || w FROM t ORDER BY 1"))
                        .isEqualTo(model.stream()
                                .map(row -> String.join("", row))
                                .sorted()
                                .toList());
            }
        }
    }

    /** One statement sees the rows from before it. The round holds nothing to fall back on, so that it must fit as it stands. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t15ARunEndsBeforeARowThatItMade(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version, "CREATE TABLE t (v text, w text); INSERT INTO t VALUES ('1', 'a'), ('8', 'b')")) {
            TableRoute route = fixture.keyless("t");
            List<RoutedChange> changes = List.of(
                    update(route, row("1", "a"), row("2", "a")),
                    update(route, row("8", "b"), row("9", "b")),
                    update(route, row("2", "a"), row("3", "a")),
                    update(route, row("3", "a"), row("1", "a")),
                    update(route, row("1", "a"), row("4", "a")));
            fixture.apply(new Round(Mode.STRICT, List.of(), changes, List.of()));
            assertThat(fixture.sql.column("SELECT v || w FROM t ORDER BY 1")).containsExactly("4a", "9b");
        }
    }

    private static RoutedChange change(TableRoute route, RandomGenerator random, List<List<String>> model) {
        int choice = model.isEmpty() ? 0 : random.nextInt(3);
        if (choice == 0) {
            List<String> row = values(random);
            model.add(row);
            return insert(route, row.get(0), row.get(1));
        }
        List<String> old = model.remove(random.nextInt(model.size()));
        if (choice == 1) {
            return delete(route, old.get(0), old.get(1));
        }
        List<String> next = values(random);
        model.add(next);
        Collections.swap(model, 0, model.size() - 1);
        Row before = row(old.get(0), old.get(1));
        return update(route, before, row(next.get(0), next.get(1)));
    }

    private static List<String> values(RandomGenerator random) {
        return List.of("" + random.nextInt(3), String.valueOf((char) ('a' + random.nextInt(3))));
    }
}
