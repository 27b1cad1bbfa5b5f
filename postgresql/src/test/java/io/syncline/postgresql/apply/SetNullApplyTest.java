package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.UNCHANGED;
import static io.syncline.postgresql.apply.ApplyFixture.insert;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.BadValues;
import org.junit.jupiter.api.Test;

/** Columns that the destination refuses become NULL, each of them named (docs/design/bad-values.md). */
class SetNullApplyTest {

    private static final String TABLE = """
            CREATE DOMAIN small AS int CHECK (VALUE < 10);
            CREATE TYPE mood AS ENUM ('glad');
            CREATE TABLE t (id int PRIMARY KEY, v varchar(3), d small, m mood, c int CHECK (c < 100), w text NOT NULL DEFAULT '',
                            CONSTRAINT two CHECK (id + c <> 77));
            INSERT INTO t VALUES (1, 'one', 1, 'glad', 1, 'w')""";

    @Test
    void eachColumnOfAnInsertThatIsRefused() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.SET_NULL, TABLE)) {
            fixture.strict(
                    insert(fixture.t, "2", "long", "11", "sad", "100", "w"),
                    insert(fixture.t, "3", "abc", "9", "glad", "99", "w"),
                    insert(fixture.t, "4", "abc", "12", "glad", "99", "w"));

            assertThat(fixture.rows())
                    .isEqualTo("[[1, one, 1, glad, 1, w], [2, null, null, null, null, w], [3, abc, 9, glad, 99, w],"
                            + " [4, abc, null, glad, 99, w]]");
            assertThat(fixture.noted())
                    .containsExactly(
                            "SET_NULL INSERT 22001 v [2]",
                            "SET_NULL INSERT 23514 d [2]",
                            "SET_NULL INSERT 22P02 m [2]",
                            "SET_NULL INSERT 23514 c [2]",
                            "SET_NULL INSERT 23514 d [4]");
            assertThat(fixture.report().counts()).hasSize(4);
            assertThat(fixture.quarantine()).isEqualTo("[]");
        }
    }

    /** A later change that holds the value brings it, if it fits; one that does not leaves NULL. */
    @Test
    void updates() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.SET_NULL, TABLE)) {
            fixture.strict(update(fixture.t, null, row("1", "long", UNCHANGED, "glad", "2", UNCHANGED)));
            assertThat(fixture.rows()).isEqualTo("[[1, null, 1, glad, 2, w]]");
            fixture.strict(update(fixture.t, null, row("1", UNCHANGED, "3", "glad", "2", UNCHANGED)));
            assertThat(fixture.rows()).isEqualTo("[[1, null, 3, glad, 2, w]]");
            fixture.strict(update(
                    fixture.t,
                    row("1", "long", "3", "glad", "2", "w"),
                    row("7", "abc", "3", "sad", UNCHANGED, UNCHANGED)));

            assertThat(fixture.rows()).isEqualTo("[[7, abc, 3, null, 2, w]]");
            assertThat(fixture.noted()).containsExactly("SET_NULL UPDATE 22001 v [1]", "SET_NULL UPDATE 22P02 m [7]");
        }
    }

    @Test
    void catchingUp() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.SET_NULL, TABLE)) {
            fixture.catchingUp(
                    update(fixture.t, null, row("1", "long", "2", "glad", "2", "w")),
                    insert(fixture.t, "2", "two", "99", "glad", "2", "w"));

            assertThat(fixture.rows()).isEqualTo("[[1, null, 2, glad, 2, w], [2, two, null, glad, 2, w]]");
        }
    }

    @Test
    void stopsWhereNoColumnCanBeNull() {
        try (BadValueFixture fixture = new BadValueFixture(BadValues.SET_NULL, TABLE)) {
            requireStops(fixture, insert(fixture.t, "99999999999", "a", "1", "glad", "1", "w"), "column id");
            requireStops(fixture, insert(fixture.t, "2", "a", "1", "glad", "1", null), "column w");
            requireStops(fixture, insert(fixture.t, "7", "a", "1", "glad", "70", "w"), "constraint two");
            requireStops(fixture, update(fixture.t, null, row("1", "a", "1", "glad", "76", "w")), "constraint two");
            assertThat(fixture.rows()).isEqualTo("[[1, one, 1, glad, 1, w]]");
            assertThat(fixture.report().total()).isZero();
        }
    }

    private static void requireStops(BadValueFixture fixture, RoutedChange change, String where) {
        assertThatThrownBy(() -> fixture.strict(change))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_REJECTED))
                .hasMessageContaining(where);
    }
}
